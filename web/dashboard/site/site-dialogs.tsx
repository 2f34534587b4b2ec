// The dialogs that register, change and retire a site.
import { change } from "../api/api.ts";
import {
  type SiteInput,
  type SiteQuery,
  SiteRegister,
  SiteRetire,
  SiteUpdate,
  type SiteUpdateInput,
} from "../api/operations.ts";
import type { FormDialogProps, RetireDialogProps } from "../fleet/change-buttons.tsx";
import type { ChangeField, Texts, Values } from "../fleet/change-fields.ts";
import { ChangeForm, type Sent } from "../fleet/change-form.tsx";
import { violationsWords } from "../fleet/violation-words.ts";
import { ConfirmDialog } from "../parts/confirm-dialog.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { siteAddress } from "../route/place.ts";
import { fieldText } from "../text/number.ts";
import { words } from "../text/words.ts";

type Site = NonNullable<SiteQuery["site"]>;

interface SiteFormDialogProps extends FormDialogProps {
  /** The site to change; left out: a new one is registered. */
  readonly site?: Site;
}

const FIELDS: readonly ChangeField[] = [
  { name: "name", kind: "text" },
  { name: "location", kind: "text" },
  { name: "maxExportMw", kind: "number", rule: { least: 0 }, isOptional: true },
  { name: "maxImportMw", kind: "number", rule: { least: 0 }, isOptional: true },
];

export function SiteFormDialog({ site, isOpen, close, onChanged }: SiteFormDialogProps) {
  return (
    <Dialog
      title={site ? words.changes.changeOf(site.name) : words.changes.newSite}
      isOpen={isOpen}
      isWide
      onClose={close}
    >
      <ChangeForm
        fields={FIELDS}
        initial={site === undefined ? {} : textsOf(site)}
        action={site === undefined ? words.changes.register : words.form.save}
        isUpdate={site !== undefined}
        close={close}
        send={async (values) => {
          const sent = site === undefined ? await register(values) : await update(site, values);
          if ("message" in sent) onChanged();
          return sent;
        }}
      />
    </Dialog>
  );
}

function textsOf({ name, location, maxExportMw, maxImportMw }: Site): Texts {
  const textOf = (mw: number | null) => (mw === null ? "" : fieldText(mw));
  return { name, location, maxExportMw: textOf(maxExportMw), maxImportMw: textOf(maxImportMw) };
}

async function register(values: Values): Promise<Sent> {
  // Every field that must be there was read.
  const input = values as unknown as SiteInput;
  const { siteRegister: answer } = await change(SiteRegister, { input });
  if (answer.__typename !== "SiteRegistered") return answer;
  const { id, name } = answer.site;
  return { message: words.changes.registeredSite(name), address: siteAddress(id) };
}

async function update({ id }: Site, values: Values): Promise<Sent> {
  const input = values as SiteUpdateInput;
  const { siteUpdate: answer } = await change(SiteUpdate, { id, input });
  if (answer.__typename !== "SiteUpdated") return answer;
  return { message: words.changes.updated(answer.site.name) };
}

interface RetireSiteDialogProps extends RetireDialogProps {
  readonly site: Site;
}

export function RetireSiteDialog({ site, isOpen, close, onDone }: RetireSiteDialogProps) {
  return (
    <ConfirmDialog
      title={words.changes.retireTitle(site.name)}
      isOpen={isOpen}
      action={words.changes.retireSite}
      typedName={site.name}
      onClose={close}
      onConfirm={async () => {
        const { siteRetire: answer } = await change(SiteRetire, { id: site.id });
        if (answer.__typename !== "SiteRetired")
          throw new Error(violationsWords(answer.violations));
        close();
        onDone(words.changes.retiredSite(site.name));
      }}
    >
      <p>{words.changes.retireSiteMeaning}</p>
    </ConfirmDialog>
  );
}
