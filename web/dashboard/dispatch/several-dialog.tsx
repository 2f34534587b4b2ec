// The dialog that dispatches several assets: with the same power each, or a total that the server splits over a site.
import { useMemo } from "react";
import type { FleetAsset } from "../live/asset-list.ts";
import { useSteadyLive } from "../live/use-live.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Field } from "../parts/field.tsx";
import { SubmitButton } from "../parts/submit-button.tsx";
import { useParams } from "../route/use-place.ts";
import { formats } from "../text/format.ts";
import { words } from "../text/words.ts";
import { actionOf } from "./action-words.ts";
import { AssetChoice } from "./asset-choice.tsx";
import { DispatchFields } from "./dispatch-fields.tsx";
import type { DraftRequest } from "./draft.ts";
import { EachDecided } from "./each-decided.tsx";
import { type Answered, sendEach, sendSite } from "./send-several.ts";
import { SeveralAnswers } from "./several-answers.tsx";
import { useDispatchDraft } from "./use-dispatch-draft.ts";
import { useEachPreview } from "./use-each-preview.ts";

interface SeveralDialogProps {
  readonly isOpen: boolean;
  readonly close: () => void;
}

/** As many as the API takes at once. */
const MOST_ASSETS = 1000;

export function SeveralDialog({ isOpen, close }: SeveralDialogProps) {
  return (
    <Dialog title={words.several.title} isOpen={isOpen} isWide onClose={close}>
      <SeveralForm close={close} />
    </Dialog>
  );
}

function SeveralForm({ close }: { close: () => void }) {
  const { fleet } = useSteadyLive();
  const assets = useMemo(() => fleet?.assets ?? [], [fleet]);
  const [params, changeParams] = useParams();
  const typed = useDispatchDraft<Answered>();
  const { draft, edit, request, errors, isPressed, isSending } = typed;
  const target = targetOf(assets, params.split === "site" ? params.site : undefined, params);
  const chosen = target.isSite ? [] : target.chosen;
  const preview = useEachPreview(
    chosen.map(({ id }) => id),
    typed.result === undefined ? request : undefined,
  );
  const choose = (change: Readonly<Record<string, string | undefined>>) => {
    changeParams(change, "replace");
    typed.clear();
  };
  const send = (ready: DraftRequest) =>
    target.isSite
      ? sendSite(target.siteId, target.siteName, ready, draft.unit, typed.ids)
      : sendEach(target.chosen, ready, draft.unit, typed.ids);

  return (
    <form
      ref={typed.form}
      className="dispatch-form"
      onSubmit={(event) =>
        typed.submit(event, target.wrong === undefined ? send : undefined, (failure) => ({
          failure,
        }))
      }
      noValidate
    >
      <fieldset className="segments" aria-label={words.several.mode}>
        {(["each", "site"] as const).map((mode) => (
          <button
            type="button"
            key={mode}
            aria-pressed={target.isSite === (mode === "site")}
            onClick={() => choose({ split: mode === "site" ? "site" : undefined })}
          >
            {words.several.modes[mode]}
          </button>
        ))}
      </fieldset>
      {target.isSite ? (
        <SiteChoice
          assets={assets}
          siteId={target.siteId}
          choose={(site) => choose({ site })}
          error={isPressed ? target.wrong : undefined}
        />
      ) : (
        <AssetChoice
          assets={assets}
          chosen={target.chosen}
          choose={(ids) => choose({ assets: ids.length === 0 ? undefined : ids.join() })}
          error={isPressed ? target.wrong : undefined}
        />
      )}
      <DispatchFields {...{ draft, edit, errors }} />
      {typed.result !== undefined ? (
        <SeveralAnswers answered={typed.result} />
      ) : (
        <EachDecided
          {...{ preview, request }}
          assets={chosen}
          isWrong={Object.keys(errors).length > 0}
          unit={draft.unit}
          onUse={typed.use}
        />
      )}
      <div className="actions">
        <button type="button" onClick={close}>
          {words.form.close}
        </button>
        <SubmitButton className="primary" isSending={isSending}>
          {words.several.action(
            actionOf(draft.direction, request, draft.unit),
            target.isSite
              ? target.siteName
              : words.several.assets(formats.count(target.chosen.length)),
          )}
        </SubmitButton>
      </div>
    </form>
  );
}

type Target =
  | { readonly isSite: false; readonly chosen: readonly FleetAsset[]; readonly wrong?: string }
  | {
      readonly isSite: true;
      readonly siteId: string;
      readonly siteName: string;
      readonly wrong?: string;
    };

/** What the address names, as far as the fleet has it. */
function targetOf(
  assets: readonly FleetAsset[],
  siteId: string | undefined,
  params: Readonly<Record<string, string>>,
): Target {
  if (params.split === "site") {
    const site = assets.find((asset) => asset.site.id === siteId)?.site;
    if (site) return { isSite: true, siteId: site.id, siteName: site.name };
    return {
      isSite: true,
      siteId: "",
      siteName: words.several.noSite,
      wrong: words.several.chooseSite,
    };
  }
  const ids = new Set((params.assets ?? "").split(","));
  const chosen = assets.filter(({ id }) => ids.has(id));
  if (chosen.length === 0) return { isSite: false, chosen, wrong: words.several.chooseAssets };
  if (chosen.length <= MOST_ASSETS) return { isSite: false, chosen };
  return { isSite: false, chosen, wrong: words.several.tooMany(formats.count(MOST_ASSETS)) };
}

interface SiteChoiceProps {
  readonly assets: readonly FleetAsset[];
  readonly siteId: string;
  readonly choose: (siteId: string) => void;
  readonly error: string | undefined;
}

function SiteChoice({ assets, siteId, choose, error }: SiteChoiceProps) {
  const sites = new Map(assets.map(({ site }) => [site.id, site.name]));
  const sorted = [...sites].sort((a, b) => a[1].localeCompare(b[1]));
  return (
    <Field label={words.several.site} hint={words.several.siteHint} error={error}>
      {(input) => (
        <select {...input} value={siteId} onChange={(event) => choose(event.currentTarget.value)}>
          <option value="" disabled>
            {words.several.noSite}
          </option>
          {sorted.map(([id, name]) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
