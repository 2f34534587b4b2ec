// Records of the audit log, made of what is done and by whom: with texts that every store accepts.
import type { AuditOutcome, AuditRecord, Json } from "../../domain/audit/record.ts";
import type { Principal } from "../../domain/identity/principal.ts";
import { withoutTokens } from "../../domain/identity/token.ts";
import type { Audited } from "./audit.ts";

/** Characters of a name or an id, and of a sentence. */
const NAME_LONGEST = 500;
const SENTENCE_LONGEST = 2_000;
/** Characters of what a refused attempt was to change: more of it is left out. */
const ATTEMPT_LONGEST = 16_000;
/** The same of what was done: a dispatch of a site with 9,000 assets. Twice that in UTF-8 is within LARGEST_TEXT_BYTES. */
const DONE_LONGEST = 2_500_000;

interface Made {
  readonly id: string;
  readonly atMs: number;
  readonly outcome: AuditOutcome;
  readonly code: string | null;
}

export function recordOf(
  { id: actor, name, address, channel }: Principal,
  audited: Audited,
  made: Made,
) {
  const { action, target, requestId, before = null, after = null, reason } = audited;
  const longest = made.outcome === "done" ? DONE_LONGEST : ATTEMPT_LONGEST;
  return {
    id: made.id,
    atMs: made.atMs,
    actor: plainText(actor, NAME_LONGEST),
    actorName: orNull(name, NAME_LONGEST),
    address: orNull(address, NAME_LONGEST),
    channel,
    action,
    target: plainText(target, NAME_LONGEST),
    before: boundedJson(before, longest),
    after: boundedJson(after, longest),
    reason: orNull(reason, SENTENCE_LONGEST),
    requestId: orNull(requestId, NAME_LONGEST),
    outcome: made.outcome,
    code: made.code,
  } satisfies AuditRecord;
}

/** What a plain text does not have, and in JSON. Nearly every text is plain, and is found so in one look. */
const UNPLAIN = /\0|[\ud800-\udfff]|mando_|eyJ/;
const UNPLAIN_JSON = /\\u0000|\\ud[89a-f]|mando_|eyJ/;

/** No database stores a zero character, nor half of a pair of UTF-16. Clients put tokens where names belong. */
function plainText(text: string, longest = Infinity): string {
  if (text.length <= longest && !UNPLAIN.test(text)) return text;
  return withoutTokens(text).slice(0, longest).replaceAll("\0", "\ufffd").toWellFormed();
}

function orNull(text: string | null | undefined, longest: number): string | null {
  return text == null ? null : plainText(text, longest);
}

function plainJson(value: Json): Json {
  return UNPLAIN_JSON.test(JSON.stringify(value)) ? plainCopy(value) : value;
}

function plainCopy(value: Json): Json {
  if (typeof value === "string") return plainText(value);
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(plainCopy);
  const entries = Object.entries(value as { readonly [key: string]: Json });
  return Object.fromEntries(entries.map(([key, item]) => [plainText(key), plainCopy(item)]));
}

function boundedJson(value: Json, longest: number): Json {
  const { length } = JSON.stringify(value);
  return length > longest ? { omitted_characters: length } : plainJson(value);
}
