// How people sign in to this server, as it says itself.

/** `open`: without. */
export type SignInConfig = { readonly mode: "open" | "token" } | ProviderConfig;

/** The provider of OpenID Connect, and this client of it. */
export interface ProviderConfig {
  readonly mode: "oidc";
  readonly issuer: string;
  /** Left out: the pages cannot sign in at the provider, and take a token. */
  readonly client_id?: string | null;
  /** What is requested, separated by spaces. */
  readonly scope: string;
  /** What the token is for, where the provider has to be given it (RFC 8707). */
  readonly resource?: string;
}

export type PageProvider = ProviderConfig & { readonly client_id: string };

/** The provider at which a page signs in; undefined: by a token alone. */
export function providerOf(config: SignInConfig | undefined): PageProvider | undefined {
  if (config?.mode !== "oidc" || config.client_id == null) return undefined;
  return { ...config, client_id: config.client_id };
}

/** Reads it once. An open server may have its first token later, and is read again. */
export function configReader(address: () => string): () => Promise<SignInConfig> {
  let known: SignInConfig | undefined;
  return async () => {
    if (known !== undefined) return known;
    const read = await readConfig(address());
    if (read.mode !== "open") known = read;
    return read;
  };
}

async function readConfig(address: string): Promise<SignInConfig> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  return (await answer.json()) as SignInConfig;
}
