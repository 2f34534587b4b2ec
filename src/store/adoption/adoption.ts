// Adoption of the database of the older program: its rows are copied into our tables in one transaction, or nothing changes.
import type { Log } from "../../domain/ports/log.ts";
import type { Sql } from "../database/client.ts";
import { StartRefused } from "../database/start-refused.ts";
import { addUpOlder } from "../telemetry/totals.ts";
import { dropDependents, readDependents, restoreDependents } from "./dependents.ts";
import { copyDispatches } from "./dispatches.ts";
import { copyFleet } from "./fleet.ts";
import { type AdoptionReport, createReport } from "./report.ts";
import { findOlder, type OlderTables, renameOlder } from "./tables.ts";
import { copyTelemetry } from "./telemetry.ts";

/** How long the older program may hold its tables: it must not run meanwhile. */
const LOCK_TIMEOUT = "10s";

/**
 * Copies the tables of the older program where the database holds them, also tables that an earlier version renamed
 * and left.
 *
 * @param sql     One connection.
 * @param migrate Brings the database to our tables, in the transaction of this connection.
 * @returns Whether there were such tables.
 * @throws  StartRefused where they cannot be adopted; nothing is changed then.
 */
export async function adoptOlder(
  sql: Sql,
  migrate: (sql: Sql) => Promise<void>,
  log: Log,
): Promise<boolean> {
  if ((await findOlder(sql)) === undefined) return false;
  log.info({}, "found the tables of the older program: adopting them");
  const report = createReport();
  try {
    await sql.unsafe("begin");
    await sql.unsafe(`set local lock_timeout = '${LOCK_TIMEOUT}'`);
    const older = await findOlder(sql);
    if (older !== undefined) await adopt(sql, older, () => migrate(joined(sql)), report);
    await sql.unsafe("commit");
  } catch (error) {
    await sql.unsafe("rollback");
    throw refusalOf(error);
  }
  const counts = report.counts();
  const { taken, restored, ...rest } = counts;
  if (Object.keys(rest).length === 0) log.info(counts, "adopted the tables of the older program");
  else
    log.warn(
      counts,
      "adopted the tables of the older program; rows that were set aside or corrected are in adoption_rejected and telemetry_rejected",
    );
  return true;
}

async function adopt(
  sql: Sql,
  older: OlderTables,
  migrate: () => Promise<void>,
  report: AdoptionReport,
): Promise<void> {
  const dependents = await readDependents(sql, older);
  if (!older.areRenamed) await renameOlder(sql, older);
  await migrate();
  await sql.unsafe("set local time zone 'UTC'");
  await copyFleet(sql, older, report);
  await copyDispatches(sql, older, report);
  await copyTelemetry(sql, older, report);
  await dropDependents(sql, dependents);
  // Telemetry and dispatches first: they refer to sites and assets.
  for (const table of [...older.tables.keys()].toReversed())
    await sql.unsafe(`drop table older_${table}`);
  await restoreDependents(sql, dependents, report);
  await addUpOlder(sql);
}

/** The connection for the migrator, whose own transaction joins the open one. */
function joined(sql: Sql): Sql {
  return new Proxy(sql, {
    get: (target, name) =>
      name === "begin" ? (work: (sql: Sql) => unknown) => work(target) : Reflect.get(target, name),
  });
}

/** An error of the database as a refusal with its message; a broken connection stays a fault. */
function refusalOf(error: unknown): unknown {
  // The migrator wraps the error of the driver.
  const { cause } = error as { cause?: unknown };
  const { code = "", message } = (cause instanceof Error ? cause : error) as Error & {
    code?: string;
  };
  if (error instanceof StartRefused || !/^[0-9A-Z]{5}$/.test(code) || /^(08|57P|58)/.test(code))
    return error;
  const hint = code === "55P03" ? ": stop the program that uses them" : "";
  return new StartRefused(
    `the tables of the older program are as they were, because they cannot be adopted: ${message}${hint}`,
    { cause: error },
  );
}
