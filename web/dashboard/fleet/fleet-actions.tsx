// What can be done to several assets at once, or to the fleet: buttons, whose dialogs are loaded once they are opened.
import { useSteadyLive } from "../live/use-live.ts";
import { LazyPart } from "../parts/lazy-part.tsx";
import { useParams } from "../route/use-place.ts";
import { words } from "../text/words.ts";
import { Granted } from "../viewer/granted.tsx";

const loadSeveral = () => import("../dispatch/several-dialog.tsx").then((it) => it.SeveralDialog);
const loadAsset = () => import("../asset/asset-dialogs.tsx").then((it) => it.AssetFormDialog);
const loadSite = () => import("../site/site-dialogs.tsx").then((it) => it.SiteFormDialog);

/** Choices of the dialogs, none of which stays when they are closed. */
const CLOSED = {
  assets: undefined,
  site: undefined,
  split: undefined,
  new: undefined,
};

/** A new site is of no site that a role may be given for. */
const WHOLE = { isWhole: true };

export function FleetActions() {
  const live = useSteadyLive();
  const [params, changeParams] = useParams();
  const isSeveral = params.new === "dispatch";
  const [isAsset, isSite] = [params.new === "asset", params.new === "site"];
  const close = () => changeParams(CLOSED, "replace");
  const onChanged = live.reloadAssets;
  return (
    <div className="panel-head">
      <div className="tools">
        <Granted action="operate">
          <button type="button" onClick={() => changeParams({ new: "dispatch" })}>
            {words.several.open}
          </button>
        </Granted>
        <Granted action="administer">
          <button type="button" onClick={() => changeParams({ new: "asset" })}>
            {words.changes.newAsset}
          </button>
        </Granted>
        <Granted action="administer" place={WHOLE}>
          <button type="button" onClick={() => changeParams({ new: "site" })}>
            {words.changes.newSite}
          </button>
        </Granted>
      </div>
      <LazyPart isWanted={isSeveral} load={loadSeveral} props={{ isOpen: isSeveral, close }} />
      <LazyPart
        isWanted={isAsset}
        load={loadAsset}
        props={{ isOpen: isAsset, close, onChanged, siteId: params.site }}
      />
      <LazyPart isWanted={isSite} load={loadSite} props={{ isOpen: isSite, close, onChanged }} />
    </div>
  );
}
