// The dialog in which a token is entered.
import { useEffect, useRef, useSyncExternalStore } from "react";
import { answerToken, isTokenWanted, watchToken } from "./token.ts";

/** Requests the token, where a change was refused without one. */
export function TokenDialog() {
  const isWanted = useSyncExternalStore(watchToken, isTokenWanted);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (isWanted) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isWanted]);

  return (
    <dialog ref={dialog} className="card" aria-labelledby="token-title" onCancel={dismiss}>
      <h2 id="token-title">This server requires its token</h2>
      <p className="muted">
        Reading needs no token; a change needs the API_TOKEN of the server. The token is stored
        until you close this tab.
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const form = event.currentTarget;
          answerToken(String(new FormData(form).get("token")).trim());
          form.reset();
        }}
      >
        <label className="field">
          Token
          <input name="token" type="password" autoComplete="off" required />
        </label>
        <div className="actions">
          <button type="button" onClick={dismiss}>
            Not now
          </button>
          <button type="submit" className="primary">
            Continue
          </button>
        </div>
      </form>
    </dialog>
  );
}

const dismiss = () => answerToken(undefined);
