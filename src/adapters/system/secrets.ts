// Random tokens, and digests of them, by the system.
import { hash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Secrets } from "../../domain/ports/secrets.ts";

export const systemSecrets: Secrets = {
  newSecret: () => randomBytes(32).toString("base64url"),
  digestOf: (text) => hash("sha256", text),
  isEqual(a, b) {
    const [one, other] = [Buffer.from(a), Buffer.from(b)];
    return one.length === other.length && timingSafeEqual(one, other);
  },
};
