// The dialog in which a person signs in: at the provider, or with a token.
import { useState, useSyncExternalStore } from "react";
import { providerOf } from "../../sign-in/config.ts";
import { access } from "../../sign-in/page-access.ts";
import type { SignInFailure } from "../../sign-in/prompt.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Said } from "../parts/said.tsx";
import { useSending } from "../parts/use-sending.ts";
import { serverText } from "../text/server-text.ts";
import { words } from "../text/words.ts";

/** Opens where the server requires a sign-in, and where a person wants to sign in. */
export function SignInDialog() {
  const { isPrompted, failure, config } = useSyncExternalStore(access.watch, access.state);
  const provider = providerOf(config);
  return (
    <Dialog title={words.signIn.title} isOpen={isPrompted} onClose={access.dismiss}>
      {failure !== undefined && (
        <p role="alert">
          <Said text={failureText(failure)} />
        </p>
      )}
      {provider ? <ProviderForm host={new URL(provider.issuer).host} /> : <TokenForm />}
    </Dialog>
  );
}

function failureText(failure: SignInFailure): string {
  if (failure.kind === "unavailable") return words.signIn.unavailable;
  if (failure.kind === "not-secure") return words.signIn.notSecure;
  if (failure.kind === "refused") return words.signIn.refused;
  const { error, description } = failure;
  if (error === "access_denied") return words.signIn.denied;
  return words.signIn.providerRefused(
    serverText(description === undefined ? error : `${error}: ${description}`),
  );
}

function ProviderForm({ host }: { host: string }) {
  const [isByToken, setByToken] = useState(false);
  const { isSending, once } = useSending();
  if (isByToken) return <TokenForm />;
  return (
    <>
      <p className="muted">{words.signIn.atProvider(host)}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void once(access.signIn);
        }}
      >
        <div className="actions">
          <button type="button" onClick={access.dismiss}>
            {words.signIn.notNow}
          </button>
          <button type="submit" className="primary" aria-disabled={isSending}>
            {words.signIn.signIn}
          </button>
        </div>
      </form>
      <button type="button" className="quiet" onClick={() => setByToken(true)}>
        {words.signIn.byToken}
      </button>
    </>
  );
}

function TokenForm() {
  return (
    <>
      <p className="muted">{words.signIn.explanation}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          access.enterToken(String(new FormData(event.currentTarget).get("token")).trim());
        }}
      >
        <label className="field">
          {words.signIn.token}
          <input name="token" type="password" autoComplete="off" required />
        </label>
        <div className="actions">
          <button type="button" onClick={access.dismiss}>
            {words.signIn.notNow}
          </button>
          <button type="submit" className="primary">
            {words.signIn.proceed}
          </button>
        </div>
      </form>
    </>
  );
}
