// Named tokens and role rules as one client may list and change them.
import type { Principal } from "../../domain/identity/principal.ts";
import type { Identities } from "../identity/identities.ts";

/** The calls of a service without their first argument, the client. */
type Bound<T> = {
  readonly [Name in keyof T]: T[Name] extends (by: Principal, ...rest: infer Rest) => infer Result
    ? (...rest: Rest) => Result
    : never;
};

export type ClientIdentities = Bound<Identities>;

export function createClientIdentities(identities: Identities, by: Principal): ClientIdentities {
  return {
    tokens: () => identities.tokens(by),
    makeToken: (request) => identities.makeToken(by, request),
    withdrawToken: (...given) => identities.withdrawToken(by, ...given),
    rules: () => identities.rules(by),
    addRule: (request) => identities.addRule(by, request),
    removeRule: (...given) => identities.removeRule(by, ...given),
  };
}
