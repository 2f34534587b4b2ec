// A card that stays where the sign-in that the page needs was dismissed.
import { useSyncExternalStore } from "react";
import { access } from "../../sign-in/page-access.ts";
import { words } from "../text/words.ts";

export function SignInNotice() {
  const { isNeeded, isPrompted } = useSyncExternalStore(access.watch, access.state);
  if (!isNeeded || isPrompted) return null;
  return (
    <section className="card sign-in-notice" aria-label={words.signIn.title}>
      <div>
        <h1>{words.signIn.title}</h1>
        <p>{words.signIn.required}</p>
      </div>
      <button type="button" className="primary" onClick={access.prompt}>
        {words.signIn.signIn}
      </button>
    </section>
  );
}
