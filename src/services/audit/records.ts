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
  const jsonOf = made.outcome === "done" ? plainJson : attemptOf;
  return {
    id: made.id,
    atMs: made.atMs,
    actor: plainText(actor, NAME_LONGEST),
    actorName: orNull(name, NAME_LONGEST),
    address: orNull(address, NAME_LONGEST),
    channel,
    action,
    target: plainText(target, NAME_LONGEST),
    before: jsonOf(before),
    after: jsonOf(after),
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

function attemptOf(value: Json): Json {
  const { length } = JSON.stringify(value);
  return length > ATTEMPT_LONGEST ? { omitted_characters: length } : plainJson(value);
}
