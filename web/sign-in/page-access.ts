// The access of this page to its server, with what a browser has.
import { type Access, createAccess } from "./access.ts";
import { configReader, providerOf, type SignInConfig } from "./config.ts";
import { createCredentialStore } from "./credential.ts";
import { createPeers } from "./peers.ts";
import { createPendingStore } from "./pending.ts";
import type { Provider } from "./provider.ts";

/** Servers at several paths of one host have nothing to do with each other. */
const keyOf = (name: string) => `mando.${name} ${new URL("./", document.baseURI).pathname}`;
const sharedKey = () => keyOf("sign-in");

let provider: Promise<Provider> | undefined;

/** What signs requests of this page. */
export const access: Access = createAccess({
  nowMs: Date.now,
  store: createCredentialStore(() => sessionStorage, sharedKey),
  pending: createPendingStore(
    () => sessionStorage,
    () => keyOf("pending-sign-in"),
  ),
  peers: createPeers(sharedKey),
  readConfig: configReader(() => new URL("sign_in", document.baseURI).href),
  loadProvider(config) {
    provider ??= load(config).catch((error: unknown) => {
      provider = undefined;
      throw error;
    });
    return provider;
  },
  // PKCE needs the digests of the browser.
  isSecure: () => isSecureContext,
  exclusively: (run) => ("locks" in navigator ? navigator.locks.request(sharedKey(), run) : run()),
  leave: (address) => (address === undefined ? location.reload() : location.assign(address)),
});

async function load(config: SignInConfig): Promise<Provider> {
  const found = providerOf(config);
  if (found === undefined) throw new Error("this server has no provider for its pages");
  const { createProvider } = await import("./provider.ts");
  return createProvider(found, location.origin + location.pathname, Date.now);
}
