// The authenticator: who sends a request, by the token that it carries.
import type { Identity } from "../../domain/identity/principal.ts";

/** Why a token is not accepted. `message`: what is wrong, and what to do; nothing of what exists. */
export interface SignInRefusal {
  readonly code: "UNAUTHORIZED" | "TOO_MANY_SIGN_INS";
  readonly message: string;
}

/** How clients sign in. `open`: without. */
export type SignInMode = "open" | "token" | "oidc";

export interface Authenticator {
  /**
   * The identity of a bearer token, at once where it is known.
   *
   * @param token   The token; undefined: none came, and the identity is `anonymous`, whose grants may be empty.
   * @param address The address of the client, by which failed attempts are counted.
   */
  identify(
    token: string | undefined,
    address: string,
  ): Identity | SignInRefusal | Promise<Identity | SignInRefusal>;
  mode(): SignInMode;
}
