// How people sign in to this server, as it says itself.

/** `open`: without. */
export type SignInConfig = { readonly mode: "open" | "token" } | ProviderConfig;

/** The provider of OpenID Connect, and this client of it. */
export interface ProviderConfig {
  readonly mode: "oidc";
  readonly issuer: string;
  readonly client_id: string;
  /** What is requested, separated by spaces. */
  readonly scope: string;
  /** What the token is for, where the provider has to be given it (RFC 8707). */
  readonly resource?: string;
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
