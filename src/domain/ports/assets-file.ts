// The port of the assets file, read and written.

import type { FileError } from "../base/file-error.ts";
import type { Violation } from "../fleet/asset-rules.ts";
import type { FleetTable } from "../fleet/fleet-table.ts";
import type { GivenFleet } from "../fleet/reconcile.ts";

/** The content of a file: a valid fleet, or every error at once in the order of the file. */
export type FileFleet = SoundFile | { readonly errors: readonly FileError[] };

export interface SoundFile extends GivenFleet {
  /** Its errors beside another fleet, with their places in the file. */
  errorsOf(violations: readonly Violation[]): readonly FileError[];
}

export interface AssetsFile {
  /** The name of the file in the settings. */
  readonly path: string;
  /** Reads the file, or returns why it cannot be read. Never rejects. */
  read(): Promise<FileFleet | { readonly unreadable: string }>;
  /** The text of a file that gives the same fleet. */
  textOf(table: FleetTable): string;
}
