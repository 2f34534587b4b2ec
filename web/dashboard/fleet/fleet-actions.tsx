// What can be done to several assets at once, or to the fleet: buttons, whose dialogs are loaded once they are opened.
import { LazyPart } from "../parts/lazy-part.tsx";
import { useParams } from "../route/use-place.ts";
import { words } from "../text/words.ts";

const loadSeveral = () => import("../dispatch/several-dialog.tsx").then((it) => it.SeveralDialog);

export function FleetActions() {
  const [params, changeParams] = useParams();
  const isSeveral = params.dispatch === "several";
  const closeSeveral = () =>
    changeParams(
      { dispatch: undefined, assets: undefined, site: undefined, split: undefined },
      "replace",
    );
  return (
    <div className="panel-head">
      <div className="tools">
        <button type="button" onClick={() => changeParams({ dispatch: "several" })}>
          {words.several.open}
        </button>
      </div>
      <LazyPart
        isWanted={isSeveral}
        load={loadSeveral}
        props={{ isOpen: isSeveral, close: closeSeveral }}
      />
    </div>
  );
}
