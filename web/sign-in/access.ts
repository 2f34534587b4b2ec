// The access of a page to its server: the credential that its requests carry, its renewal, and when a person has to sign in.
import { type Credential, isExpired } from "./credential.ts";
import type { PendingStore, ProviderAnswer } from "./pending.ts";
import { type AccessState, createPrompt, type Prompt, type SignInFailure } from "./prompt.ts";
import { SignInRefused } from "./refused.ts";
import { createHeld, type Held, RETRY_MS, type RenewalDeps } from "./renewal.ts";

export interface Access {
  /** Begins with what the address or the tab has. Called once, before the page reads its address. */
  start(): void;
  /** The header Authorization of the next request; undefined: it has none. */
  authorization(): Promise<string | undefined>;
  /**
   * Settles once there is another credential than one that was refused: renewed, or by a person, who is prompted unless
   * that was dismissed before. For what the page reads.
   */
  another(refused: string | undefined): Promise<void>;
  /** The same for what a person does: prompts again. False: the person does not sign in. */
  renew(refused: string | undefined): Promise<boolean>;
  /** The same object until it changes. */
  state(): AccessState;
  watch(listener: () => void): () => void;
  prompt(): void;
  dismiss(): void;
  enterToken(token: string): void;
  /** Leaves for the provider. */
  signIn(): Promise<void>;
  /** Ends the sign-in in all tabs, and leaves the page, or loads it again. */
  signOut(): Promise<void>;
}

export interface AccessDeps extends RenewalDeps {
  readonly pending: PendingStore;
  /** Whether browsers have on this page what a sign-in needs. */
  readonly isSecure: () => boolean;
  /** Goes to an address; left out: loads the page again. */
  readonly leave: (address?: string) => void;
}

export function createAccess(deps: AccessDeps): Access {
  const prompt = createPrompt();
  const readConfig = async () => {
    const config = await deps.readConfig();
    if (prompt.state().config !== config) prompt.show({ config });
    return config;
  };
  const own = { ...deps, readConfig };
  const held = createHeld(own, (isHeld) =>
    isHeld ? prompt.fulfil() : prompt.show({ isSignedIn: false }),
  );
  /** The answer of the provider in the address, until it is exchanged. */
  let finishing: Promise<void> | undefined;
  const replaced = async (refused: string | undefined) => {
    await finishing;
    return replacedIn(own, held, prompt, refused);
  };

  return {
    start() {
      held.restore();
      listenToPeers(own, held);
      const answer = deps.pending.take();
      if (answer !== undefined) finishing = finish(own, held, prompt, answer);
    },
    async authorization() {
      await finishing;
      const credential = held.get();
      if (credential?.refreshToken !== undefined && isExpired(credential, deps.nowMs()))
        await held.renew().catch(() => false);
      return held.get()?.authorization;
    },
    async another(refused) {
      // What cannot be known may pass.
      const look = () => replaced(refused).catch(() => undefined);
      let isReplaced = await look();
      while (isReplaced === undefined) {
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
        isReplaced = await look();
      }
      // A person may dismiss it, and sign in later.
      while (!isReplaced) isReplaced = await prompt.wait(false);
    },
    async renew(refused) {
      const isReplaced = await replaced(refused).catch(() => {
        prompt.show({ failure: { kind: "unavailable" } });
        return false;
      });
      return isReplaced || prompt.wait(true);
    },
    state: prompt.state,
    watch: prompt.watch,
    prompt() {
      void readConfig().then(
        () => prompt.show({ isPrompted: true }),
        () => prompt.show({ isPrompted: true, failure: { kind: "unavailable" } }),
      );
    },
    dismiss: prompt.dismiss,
    enterToken(token) {
      const obtainedAtMs = deps.nowMs();
      held.put({ authorization: `Bearer ${token}`, obtainedAtMs, expiresAtMs: null });
    },
    signIn: () => leaveForProvider(own, prompt),
    async signOut() {
      const ended = held.get();
      held.put(undefined);
      deps.peers.signedOut();
      deps.leave(await endAddress(own, ended).catch(() => undefined));
    },
  };
}

/** Whether there is another credential in place of a refused one, without a person. Throws where that cannot be known. */
async function replacedIn(
  { nowMs, peers, readConfig }: AccessDeps,
  held: Held,
  prompt: Prompt,
  refused: string | undefined,
): Promise<boolean> {
  const credential = held.get();
  if (credential?.authorization !== refused) return credential !== undefined;
  const { mode } = await readConfig();
  if (credential === undefined) {
    if (mode === "oidc") await peers.newerThan(Number.NEGATIVE_INFINITY);
    return held.get() !== undefined;
  }
  const isOver = isExpired(credential, nowMs());
  // One that the provider just gave, and that is refused, is not renewed over and over.
  const isRenewable = isOver || credential.isAfterRefusal !== true;
  if (credential.refreshToken !== undefined && isRenewable) return held.renew(!isOver);
  if (held.get() !== credential) return held.get() !== undefined;
  held.put(undefined);
  if (!isOver) prompt.show({ failure: { kind: "refused" } });
  return false;
}

function listenToPeers({ peers, store, leave }: AccessDeps, held: Held): void {
  peers.listen({
    onHeld(credential) {
      const own = held.get();
      if (own === undefined || credential.obtainedAtMs > own.obtainedAtMs) held.put(credential);
    },
    onSignedOut() {
      store.write(undefined);
      leave();
    },
    // A token that was entered is of this tab alone.
    own: () => (held.get()?.idToken === undefined ? undefined : held.get()),
  });
}

async function finish(
  { readConfig, loadProvider, peers }: AccessDeps,
  held: Held,
  prompt: Prompt,
  answer: ProviderAnswer,
): Promise<void> {
  try {
    const provider = await loadProvider(await readConfig());
    const credential = await provider.finish(answer);
    held.put(credential);
    peers.share(credential);
  } catch (error) {
    prompt.show({ failure: failureOf(error), isPrompted: true });
  }
}

async function leaveForProvider(
  { isSecure, readConfig, loadProvider, pending, leave }: AccessDeps,
  prompt: Prompt,
): Promise<void> {
  if (!isSecure()) {
    prompt.show({ failure: { kind: "not-secure" } });
    return;
  }
  try {
    const provider = await loadProvider(await readConfig());
    const { address, pending: left } = await provider.begin();
    pending.put(left, location.search + location.hash);
    leave(address);
  } catch (error) {
    prompt.show({ failure: failureOf(error) });
  }
}

async function endAddress(
  { readConfig, loadProvider }: AccessDeps,
  ended: Credential | undefined,
): Promise<string | undefined> {
  if (ended?.idToken === undefined) return undefined;
  return (await loadProvider(await readConfig())).endAddress(ended.idToken);
}

function failureOf(error: unknown): SignInFailure {
  if (!(error instanceof SignInRefused)) return { kind: "unavailable" };
  return { kind: "provider", error: error.error, description: error.description };
}
