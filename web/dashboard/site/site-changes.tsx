// The buttons that change and retire a site.
import type { SiteQuery } from "../api/operations.ts";
import { ChangeButtons } from "../fleet/change-buttons.tsx";

interface SiteChangesProps {
  readonly site: NonNullable<SiteQuery["site"]>;
  /** Is called once a change is in force. */
  readonly onChanged: () => void;
}

const loadForm = () => import("./site-dialogs.tsx").then((it) => it.SiteFormDialog);
const loadRetire = () => import("./site-dialogs.tsx").then((it) => it.RetireSiteDialog);

export function SiteChanges({ site, onChanged }: SiteChangesProps) {
  return <ChangeButtons item={site} props={{ site }} {...{ loadForm, loadRetire, onChanged }} />;
}
