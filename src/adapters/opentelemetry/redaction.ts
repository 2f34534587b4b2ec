// The check that no span holds the value of a secret: what clients send may name one by mistake.
import type { SpanAttributes } from "../../domain/ports/tracing.ts";

const REDACTED = "[redacted]";
/** Shorter values are words of other texts too. */
const SHORTEST_SECRET = 4;

export interface Redaction {
  hasSecret(text: string): boolean;
  /** The same attributes, with another text where one has a secret. */
  attributes(given: SpanAttributes): SpanAttributes;
}

export function createRedaction(given: readonly string[]): Redaction {
  const secrets = given.filter((secret) => secret.length >= SHORTEST_SECRET);
  const hasPlain = (text: string) => secrets.some((secret) => text.includes(secret));
  const hasSecret = (text: string) =>
    hasPlain(text) || (text.includes("%") && hasPlain(decoded(text)));
  const isSecret = (value: unknown) => typeof value === "string" && hasSecret(value);

  return {
    hasSecret,
    attributes(attributes) {
      if (!Object.values(attributes).some(isSecret)) return attributes;
      const shown = Object.entries(attributes).map(([name, value]) => [
        name,
        isSecret(value) ? REDACTED : value,
      ]);
      return Object.fromEntries(shown);
    },
  };
}

/** A text with each percent-encoded sign decoded that can be. */
function decoded(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (encoded) => {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded;
    }
  });
}
