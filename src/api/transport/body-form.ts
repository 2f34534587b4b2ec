// The form that the bytes of a body may have: UTF-8, not compressed.
import { isUtf8 } from "node:buffer";
import type { IncomingHttpHeaders } from "node:http";
import { readUtf8 } from "../../domain/base/utf8.ts";
import { type Problem, problem } from "./problem.ts";

/** Names of UTF-8, and of what is a part of it. */
const CHARSETS = new Set(["utf-8", "utf8", "us-ascii", "ascii"]);
const BYTE_ORDER_MARK = 0xfeff;

/** Refuses a body that its head says to be compressed or in another charset. */
export function refuseForm(headers: IncomingHttpHeaders): Problem | undefined {
  const encoding = headers["content-encoding"];
  if (encoding !== undefined && !/^\s*(identity\s*)?$/i.test(encoding))
    return problem(
      "MEDIA_TYPE_UNSUPPORTED",
      `content-encoding ${encoding} is not taken: send the body as it is (identity)`,
    );
  const type = headers["content-type"];
  const charset = type?.includes("charset") ? charsetOf(type) : undefined;
  if (charset === undefined || CHARSETS.has(charset)) return undefined;
  return problem("MEDIA_TYPE_UNSUPPORTED", `charset ${charset} is not taken: send utf-8`);
}

function charsetOf(type: string): string | undefined {
  return /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(type)?.[1]?.toLowerCase();
}

/** The headers of an answer that refuses a form: what would be taken (RFC 9110, 15.5.16). */
export function formHeaders(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  return headers["content-encoding"] === undefined ? {} : { "accept-encoding": "identity" };
}

/** Refuses bytes that are no UTF-8. */
export function refuseText(bytes: Buffer): Problem | undefined {
  if (isUtf8(bytes)) return undefined;
  const read = readUtf8(bytes);
  const where = "wrong" in read ? `, line ${read.line}: ${read.wrong}` : "";
  return problem("BAD_REQUEST", `the body is not UTF-8${where}`);
}

/** The text of a body, without the mark that some programs begin it with; or why it is none. */
export function textOf(bytes: Buffer): string | Problem {
  const refused = refuseText(bytes);
  if (refused) return refused;
  const text = bytes.toString();
  return text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;
}
