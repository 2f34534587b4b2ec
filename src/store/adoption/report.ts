// The report of an adoption, in counts by kind.
export interface AdoptionReport {
  count(group: ReportGroup, kind: string, by?: number): void;
  /** Counts that are not 0, by group and kind. */
  counts(): Readonly<Partial<Record<ReportGroup, Readonly<Record<string, number>>>>>;
}

/** `taken`: rows by table; `setAside`: stored in adoption_rejected and telemetry_rejected; `restored`: made again on our tables. */
type ReportGroup = "taken" | "setAside" | "corrected" | "guessed" | "restored";

export function createReport(): AdoptionReport {
  const groups: Partial<Record<ReportGroup, Record<string, number>>> = {};
  return {
    count(group, kind, by = 1) {
      if (by === 0) return;
      groups[group] ??= {};
      groups[group][kind] = (groups[group][kind] ?? 0) + by;
    },
    counts: () => groups,
  };
}
