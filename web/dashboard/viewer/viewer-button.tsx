// Who is signed in, in the head of the page, with the roles and the way to sign out; or the way to sign in.
import { useState } from "react";
import { access } from "../../sign-in/page-access.ts";
import {
  isAnonymous,
  isOpen as isOpenTo,
  nameOf,
  type RoleGrant,
  type Viewer,
} from "../../sign-in/viewer.ts";
import { useSteadyLive } from "../live/use-live.ts";
import { Dialog } from "../parts/dialog.tsx";
import { useSending } from "../parts/use-sending.ts";
import { formats } from "../text/format.ts";
import { termOf, words } from "../text/words.ts";
import { useViewer } from "./viewers.ts";

/** Nothing on a server that is open. */
export function ViewerButton() {
  const viewer = useViewer();
  const [isOpen, setOpen] = useState(false);
  if (viewer === undefined || isOpenTo(viewer)) return null;
  if (isAnonymous(viewer))
    return (
      <button type="button" onClick={access.prompt}>
        {words.signIn.signIn}
      </button>
    );
  return (
    <>
      <button type="button" className="quiet viewer" onClick={() => setOpen(true)}>
        <span className="sr-only">{words.signIn.signedInAs} </span>
        {nameOf(viewer)}
      </button>
      <Dialog title={words.signIn.signedInAs} isOpen={isOpen} onClose={() => setOpen(false)}>
        <ViewerFacts viewer={viewer} close={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

function ViewerFacts({ viewer, close }: { viewer: Viewer; close: () => void }) {
  const { id, roles, expiresAt } = viewer;
  const { isSending, once } = useSending();
  return (
    <>
      <p>
        <strong>{nameOf(viewer)}</strong>
      </p>
      <dl className="viewer-facts">
        <dt>{words.signIn.identity}</dt>
        <dd className="muted">{id}</dd>
        <dt>{words.signIn.roles}</dt>
        <dd>
          {roles.length === 0 && words.signIn.noRole}
          <ul>
            {roles.map((grant) => (
              <li key={JSON.stringify(grant)}>
                <strong>{termOf(grant.role)}</strong>, <Places grant={grant} />
              </li>
            ))}
          </ul>
        </dd>
        {expiresAt !== null && (
          <>
            <dt>{words.signIn.until}</dt>
            <dd>{formats.moment(Date.parse(expiresAt))}</dd>
          </>
        )}
      </dl>
      <div className="actions">
        <button type="button" onClick={close}>
          {words.form.close}
        </button>
        <button type="button" aria-disabled={isSending} onClick={() => once(access.signOut)}>
          {words.signIn.signOut}
        </button>
      </div>
    </>
  );
}

/** Where a role holds. */
function Places({ grant }: { grant: RoleGrant }) {
  const { fleet } = useSteadyLive();
  const { siteIds, assetIds, pathPrefixes } = grant;
  if (siteIds === null && assetIds === null && pathPrefixes === null)
    return words.signIn.everywhere;
  const assets = fleet?.assets ?? [];
  const siteName = (id: string) => assets.find(({ site }) => site.id === id)?.site.name ?? id;
  const assetName = (id: string) => assets.find((asset) => asset.id === id)?.name ?? id;
  return [
    ...(siteIds ?? []).map(siteName),
    ...(assetIds ?? []).map(assetName),
    ...(pathPrefixes ?? []),
  ].join(", ");
}
