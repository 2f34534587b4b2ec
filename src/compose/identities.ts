// Named tokens and role rules for the command line, also while a server runs: it has each change within 2 s.
import { holdsData } from "../adapters/embedded-postgres/data-directory.ts";
import { systemChance } from "../adapters/system/chance.ts";
import { systemSecrets } from "../adapters/system/secrets.ts";
import type { Settings } from "../config/settings.ts";
import type { AuditRecord } from "../domain/audit/record.ts";
import { LOCAL, type Principal } from "../domain/identity/principal.ts";
import type { IdentityStore } from "../domain/ports/identity-store.ts";
import type { Log } from "../domain/ports/log.ts";
import type { Audit } from "../services/audit/audit.ts";
import { recordOf } from "../services/audit/records.ts";
import { createIdentities, type Identities } from "../services/identity/identities.ts";
import { createDigests } from "../store/audit/digest.ts";
import { explained } from "../store/database/failure.ts";
import { StartRefused } from "../store/database/start-refused.ts";
import { createDirectIdentityStore } from "../store/identity/direct-store.ts";
import { fixedAdminsOf } from "./sign-in.ts";
import { createDatabase } from "./storage.ts";

/** The reason why nothing can be done with the data. */
export interface NoIdentities {
  readonly refused: string;
}

/**
 * Works on the tokens and rules of a database.
 *
 * @param work Is called with them, and with the principal of the command line.
 */
export async function withIdentities<T extends object>(
  settings: Settings,
  log: Log,
  work: (identities: Identities, by: Principal) => Promise<T>,
): Promise<T | NoIdentities> {
  const { data, databaseUrl, auditKey } = settings;
  const database = createDatabase(settings, log);
  if (database === undefined)
    return {
      refused:
        "tokens and role rules are in the database: name its folder with --data, or set DATABASE_URL",
    };
  // Opening a folder without a database would make one.
  if (databaseUrl === undefined && data !== undefined && !(await holdsData(data)))
    return { refused: `DATA ${data} holds no database: start the server with it once` };
  try {
    const url = await database.open();
    const store = createDirectIdentityStore(url, createDigests(auditKey));
    try {
      if (!(await explained(url, store.hasTables())))
        return { refused: "the database has no tables of this version: start the server once" };
      const { audit, refused } = createRecorder();
      const done = await work(identitiesOf(settings, store, audit), LOCAL);
      await store.record(refused);
      return done;
    } catch (error) {
      if (error instanceof StartRefused) return { refused: error.message };
      throw error;
    } finally {
      await store.close();
    }
  } finally {
    await database.close();
  }
}

/** Makes records of the audit log, and collects those of refused attempts. */
function createRecorder() {
  const refused: AuditRecord[] = [];
  const made = () => ({ id: systemChance.newId(), atMs: Date.now() });
  const audit: Audit = {
    done: (by, audited) => recordOf(by, audited, { ...made(), outcome: "done", code: null }),
    refuse: (by, { code, ...audited }) =>
      void refused.push(recordOf(by, audited, { ...made(), outcome: "refused", code })),
  };
  return { audit, refused };
}

function identitiesOf(settings: Settings, store: IdentityStore, audit: Audit): Identities {
  return createIdentities({
    ...{
      store,
      table: undefined,
      audit,
      clock: { nowMs: Date.now },
      chance: systemChance,
      secrets: systemSecrets,
    },
    ...{ fixed: fixedAdminsOf(settings), adminRules: settings.oidcAdmin },
  });
}
