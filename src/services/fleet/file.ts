// The assets file while the fleet runs: read again, and written from the fleet.

import type { RefusalCode } from "../../domain/base/codes.ts";
import { errorLines, type FileError } from "../../domain/base/file-error.ts";
import { createSerial } from "../../domain/base/serial.ts";
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import type { Principal } from "../../domain/identity/principal.ts";
import type { AssetsFile } from "../../domain/ports/assets-file.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { Audit } from "../audit/audit.ts";
import type { FleetService } from "./fleet.ts";
import type { ReloadResult } from "./reload.ts";

export interface FileRefused {
  readonly accepted: false;
  readonly code: RefusalCode;
  readonly message: string;
  /** Each error with its place in the file, in the order of the file. */
  readonly errors: readonly FileError[];
}

export type FileReload = Extract<ReloadResult, { accepted: true }> | FileRefused;

export interface FleetFileService {
  /**
   * Reads the file again and puts its fleet in force, or leaves everything as it is; the result is logged. Calls
   * are served one after the other. Rejects as changes of the fleet do.
   */
  reload(by: Principal): Promise<FileReload>;
  /** The text of an assets file that gives a fleet. */
  textOf(table: FleetTable): string;
}

interface FleetFileDeps {
  readonly file: AssetsFile;
  readonly fleet: Pick<FleetService, "reload">;
  readonly audit: Audit;
  readonly log: Log;
}

export function createFleetFile({ file, fleet, audit, log }: FleetFileDeps): FleetFileService {
  const { path } = file;
  const reloads = createSerial();

  async function reloadNow(by: Principal): Promise<FileReload> {
    const read = await file.read();
    if ("unreadable" in read)
      return refused("FILE_UNREADABLE", `the assets file cannot be read (${read.unreadable})`);
    if ("errors" in read) return invalid(read.errors);
    const result = await fleet.reload(read, "file", by);
    if (result.accepted) return result;
    if ("violations" in result) return invalid(read.errorsOf(result.violations));
    return refused(result.refusal.code, result.refusal.message);
  }

  function invalid(errors: readonly FileError[]): FileRefused {
    const count = errors.length === 1 ? "an error" : `${errors.length} errors`;
    return refused("FILE_INVALID", `the assets file has ${count}`, errors);
  }

  async function reloadAndLog(by: Principal): Promise<FileReload> {
    const result = await reloadNow(by);
    if (result.accepted) {
      const { counts, clamps } = result;
      log.info({ path, ...counts, clamps: clamps.length }, `${path} was read again`);
    } else {
      const { code, message: reason } = result;
      audit.refuse(by, { action: "fleet.reload", target: "fleet", code, reason });
      log.warn({ path }, `${path}: ${reason}${errorLines(path, result.errors)}`);
    }
    return result;
  }

  return {
    reload: (by) => reloads.run(() => reloadAndLog(by)),
    textOf: file.textOf,
  };
}

function refused(
  code: RefusalCode,
  message: string,
  errors: readonly FileError[] = [],
): FileRefused {
  return { accepted: false, code, message: `${message}: the fleet stays as it is`, errors };
}
