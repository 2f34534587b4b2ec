// Random tokens, and digests of them, by the system.
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Secrets } from "../../domain/ports/secrets.ts";

export const systemSecrets: Secrets = {
  newSecret: () => randomBytes(32).toString("base64url"),
  digestOf: (text) => createHash("sha256").update(text).digest("hex"),
  isEqual(a, b) {
    const [one, other] = [Buffer.from(a), Buffer.from(b)];
    return one.length === other.length && timingSafeEqual(one, other);
  },
};
