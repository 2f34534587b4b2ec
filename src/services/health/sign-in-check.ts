// The check of the sign-in: keys of the provider that cannot be renewed.
import type { SignInFailure } from "../../domain/ports/token-verifier.ts";
import { utcText } from "../../domain/time/instant-text.ts";
import type { HealthCheck } from "./health.ts";

export function signInCheck(failure: () => SignInFailure | undefined): HealthCheck {
  return {
    code: "SIGN_IN_DEGRADED",
    find() {
      const found = failure();
      if (found === undefined) return undefined;
      const { sinceMs, hasKeys, cause } = found;
      const effect = hasKeys
        ? "tokens are checked by the keys that are known"
        : "no token of OpenID Connect is accepted, and named tokens are";
      return {
        what: "the keys of OIDC_ISSUER could not be renewed",
        advice: `since ${utcText(sinceMs)} ${effect}, until they can; look whether this server reaches the provider, the log has the cause`,
        cause,
      };
    },
  };
}
