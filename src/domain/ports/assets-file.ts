// The file of sites and assets, and the same for a fleet that runs.

import type { FileError } from "../base/file-error.ts";
import type { Violation } from "../fleet/asset-rules.ts";
import type { FleetTable } from "../fleet/fleet-table.ts";
import type { GivenFleet } from "../fleet/reconcile.ts";

/** What a file says: a sound fleet, or every error at once in the order of the file. */
export type FileFleet = SoundFile | { readonly errors: readonly FileError[] };

export interface SoundFile extends GivenFleet {
  /** What is wrong with it beside another fleet, where it stands in the file. */
  errorsOf(violations: readonly Violation[]): readonly FileError[];
}

export interface AssetsFile {
  /** As it is named in the settings. */
  readonly path: string;
  /** Reads it, or tells why it cannot be read. Never rejects. */
  read(): Promise<FileFleet | { readonly unreadable: string }>;
  /** The text of a file that gives the same fleet. */
  textOf(table: FleetTable): string;
}
