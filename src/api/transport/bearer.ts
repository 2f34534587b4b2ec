// Bearer tokens of requests, each read once where a connection sends the same header again.
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Authenticator, SentToken } from "../../services/identity/authenticator.ts";

/** A header, with the token that it has. */
interface ReadHeader {
  readonly header: string;
  readonly token: SentToken | undefined;
}

/** @returns What has the token of a request, by its Authorization header or by the text of another one. */
export function createBearerTokens(read: Authenticator["read"]) {
  // A header is compared with the one before it on its connection alone: times of comparisons say nothing of others. What
  // is retained is what the text says, and nothing of what is accepted.
  const newest = new WeakMap<Socket, ReadHeader>();

  return (
    { headers, socket }: IncomingMessage,
    header = headers.authorization,
  ): SentToken | undefined => {
    if (header === undefined) return undefined;
    const before = newest.get(socket);
    if (before?.header === header) return before.token;
    const text = bearerOf(header);
    const token = text === undefined ? undefined : read(text);
    newest.set(socket, { header, token });
    return token;
  };
}

/** The token of an Authorization header, whose scheme is case-insensitive; undefined where it has none. */
export function bearerOf(authorization = ""): string | undefined {
  return /^bearer +(\S.*)$/i.exec(authorization.trim())?.[1];
}
