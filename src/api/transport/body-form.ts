// The encoding of a body: UTF-8, and not compressed but where its route takes gzip.
import { isUtf8 } from "node:buffer";
import type { IncomingHttpHeaders } from "node:http";
import { readUtf8 } from "../../domain/base/utf8.ts";
import { type Problem, problem } from "./problem.ts";

/** Names of UTF-8 and of its subsets. */
const CHARSETS = new Set(["utf-8", "utf8", "us-ascii", "ascii"]);
const BYTE_ORDER_MARK = 0xfeff;

/** Refuses a body whose headers state a compression or another charset. */
export function refuseForm(headers: IncomingHttpHeaders, takesGzip = false): Problem | undefined {
  const encoding = headers["content-encoding"];
  const isTaken = takesGzip && isGzip(headers);
  if (encoding !== undefined && !isTaken && !/^\s*(identity\s*)?$/i.test(encoding))
    return problem(
      "MEDIA_TYPE_UNSUPPORTED",
      `content-encoding ${encoding} is not accepted: send the body as it is (identity)${takesGzip ? ", or by gzip" : ""}`,
    );
  const type = headers["content-type"];
  const charset = type?.includes("charset") ? charsetOf(type) : undefined;
  if (charset === undefined || CHARSETS.has(charset)) return undefined;
  return problem("MEDIA_TYPE_UNSUPPORTED", `charset ${charset} is not accepted: send utf-8`);
}

export function isGzip(headers: IncomingHttpHeaders): boolean {
  return /^\s*(x-)?gzip\s*$/i.test(headers["content-encoding"] ?? "");
}

function charsetOf(type: string): string | undefined {
  return /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(type)?.[1]?.toLowerCase();
}

/** Headers of a response that refuses an encoding: what is accepted (RFC 9110, 15.5.16). */
export function formHeaders(
  headers: IncomingHttpHeaders,
  takesGzip = false,
): Readonly<Record<string, string>> {
  if (headers["content-encoding"] === undefined) return {};
  return { "accept-encoding": takesGzip ? "gzip, identity" : "identity" };
}

/** Refuses bytes that are not UTF-8. */
export function refuseText(bytes: Buffer): Problem | undefined {
  if (isUtf8(bytes)) return undefined;
  const read = readUtf8(bytes);
  const where = "wrong" in read ? `, line ${read.line}: ${read.wrong}` : "";
  return problem("BAD_REQUEST", `the body is not UTF-8${where}`);
}

/** The text of a body, without its byte order mark; or why it is refused. */
export function textOf(bytes: Buffer): string | Problem {
  const refused = refuseText(bytes);
  if (refused) return refused;
  return decodeText(bytes);
}

/** The text of bytes that are UTF-8, without its byte order mark. */
export function decodeText(bytes: Buffer): string {
  const text = bytes.toString();
  return text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;
}
