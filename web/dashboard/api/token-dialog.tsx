// The dialog in which a token is entered.
import { useSyncExternalStore } from "react";
import { Dialog } from "../parts/dialog.tsx";
import { words } from "../text/words.ts";
import { answerToken, isTokenWanted, isTokenWrong, watchToken } from "./token.ts";

/** Requests the token, where a change was refused without one, or with a wrong one. */
export function TokenDialog() {
  const isWanted = useSyncExternalStore(watchToken, isTokenWanted);
  return (
    <Dialog title={words.token.title} isOpen={isWanted} onClose={dismiss}>
      {isTokenWrong() && <p role="alert">{words.token.wrong}</p>}
      <p className="muted">{words.token.explanation}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          answerToken(String(new FormData(event.currentTarget).get("token")).trim());
        }}
      >
        <label className="field">
          {words.token.field}
          <input name="token" type="password" autoComplete="off" required />
        </label>
        <div className="actions">
          <button type="button" onClick={dismiss}>
            {words.token.notNow}
          </button>
          <button type="submit" className="primary">
            {words.token.proceed}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

const dismiss = () => answerToken(undefined);
