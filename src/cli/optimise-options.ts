// The options of `mando optimise`, and the input that they give.
import { createAssetsFile } from "../config/fleet.ts";
import type { Prices } from "../config/prices-file.ts";
import { readDecimal } from "../domain/base/decimal.ts";
import { errorLines } from "../domain/base/file-error.ts";
import type { Asset, Site } from "../domain/fleet/asset.ts";
import { startMsOf } from "../domain/plan/calendar.ts";
import { type PlanTerms, planAssetOf, siteLimits } from "../domain/plan/fleet-asset.ts";
import type { CycleSide, PlanAsset, PlanInput, PlanLimit } from "../domain/plan/input.ts";
import { readInstant } from "../domain/time/instant.ts";
import { EXIT_REFUSED, fail } from "./exit.ts";

export interface OptimiseFlags {
  readonly asset: readonly string[];
  readonly assets: string;
  readonly powerMw?: string;
  readonly capacityMwhr?: string;
  readonly efficiency: string;
  readonly startSocMwhr?: string;
  readonly endSocMwhr?: string;
  readonly endValue: string;
  readonly wear: string;
  readonly cycles?: string;
  readonly cycleSide: CycleSide;
  readonly fee: string;
  readonly maxImportMw?: string;
  readonly maxExportMw?: string;
  readonly closed: readonly string[];
  readonly socTarget: readonly string[];
  readonly ramp: boolean;
  readonly tickSeconds: string;
  readonly lotMw?: string;
  readonly lots?: true;
  readonly exact?: true;
  readonly profiles: string;
  readonly timeLimit: string;
  readonly timeZone: string;
  readonly out?: string;
  readonly chart?: string;
}

/** The input of a plan, with the names of its batteries by their ids. */
export interface NamedInput {
  readonly input: PlanInput;
  readonly names: ReadonlyMap<string, string>;
}

/** Ends the process where an option is wrong. */
export async function inputOf(flags: OptimiseFlags, prices: Prices): Promise<NamedInput> {
  const { periods } = prices;
  const found = flags.asset.length > 0 ? await assetsOf(flags) : undefined;
  const assets = found?.assets.map((it) => planAssetOf(it, termsOf(flags))) ?? [givenAsset(flags)];
  const names = new Map(
    found?.assets.map(({ id, name }) => [id, name]) ?? [["battery", "battery"]],
  );
  const all = { fromMs: periods.startMs, untilMs: startMsOf(periods, periods.count) };
  const connection = {
    ...(flags.maxImportMw && { maxImportMw: numberOf("--max-import-mw", flags.maxImportMw) }),
    ...(flags.maxExportMw && { maxExportMw: numberOf("--max-export-mw", flags.maxExportMw) }),
  };
  const limits: PlanLimit[] = [
    ...(found === undefined ? [] : siteLimits(found.site, periods)),
    ...(Object.keys(connection).length > 0
      ? [{ kind: "connection" as const, ...all, ...connection }]
      : []),
    ...flags.closed.map(noTradeOf),
    ...flags.socTarget.map((text) => socTargetOf(text, (assets[0] as PlanAsset).id)),
  ];
  const input: PlanInput = {
    ...prices,
    ...{ assets, limits },
    feeEurPerMwhr: numberOf("--fee", flags.fee),
    lots: {
      energyLotMw: flags.lotMw === undefined ? null : numberOf("--lot-mw", flags.lotMw),
      roundsReserves: flags.lots === true,
      isExact: flags.exact === true,
    },
    timeLimitS: numberOf("--time-limit", flags.timeLimit),
    profileCount: numberOf("--profiles", flags.profiles),
  };
  return { input, names };
}

function termsOf(flags: OptimiseFlags): PlanTerms {
  return {
    startSocMwhr: optional("--start-soc-mwhr", flags.startSocMwhr),
    endSocMwhr: optional("--end-soc-mwhr", flags.endSocMwhr),
    endValueEurPerMwhr: numberOf("--end-value", flags.endValue),
    wear: { eurPerMwhr: numberOf("--wear", flags.wear), bands: [] },
    cycleLimit:
      flags.cycles === undefined
        ? null
        : { dailyCount: numberOf("--cycles", flags.cycles), side: flags.cycleSide },
    tickS: flags.ramp ? numberOf("--tick-seconds", flags.tickSeconds) : null,
  };
}

/** The battery of the options, without an assets file: its power steps, and it begins half full. */
function givenAsset(flags: OptimiseFlags): PlanAsset {
  if (flags.powerMw === undefined || flags.capacityMwhr === undefined)
    return fail("name a battery by --asset, or give --power-mw and --capacity-mwhr", EXIT_REFUSED);
  const powerMw = numberOf("--power-mw", flags.powerMw);
  const capacityMwhr = numberOf("--capacity-mwhr", flags.capacityMwhr);
  const efficiency = numberOf("--efficiency", flags.efficiency);
  const { startSocMwhr, tickS: _, ...terms } = termsOf(flags);
  return {
    ...{ id: "battery", capacityMwhr, minMw: -powerMw, maxMw: powerMw },
    chargeEfficiencyRatio: efficiency,
    dischargeEfficiencyRatio: efficiency,
    hourlyRetentionRatio: 1,
    ...{ minSocMwhr: 0, maxSocMwhr: capacityMwhr, startSocMwhr: startSocMwhr ?? capacityMwhr / 2 },
    ...{ ramp: null, ...terms },
  };
}

/** The named assets of the assets file, which are at one site. */
async function assetsOf(flags: OptimiseFlags): Promise<{ assets: Asset[]; site: Site }> {
  const file = await createAssetsFile(flags.assets).read();
  if ("unreadable" in file)
    return fail(`${flags.assets} cannot be read (${file.unreadable})`, EXIT_REFUSED);
  if ("errors" in file)
    return fail(
      `${flags.assets} has errors:${errorLines(flags.assets, file.errors)}`,
      EXIT_REFUSED,
    );
  const assets = flags.asset.map((name) => {
    const asset = file.assets.find((it) => it.name === name || it.id === name.toLowerCase());
    return asset ?? fail(`${flags.assets} has no asset ${name}`, EXIT_REFUSED);
  });
  const sites = new Set(assets.map(({ siteId }) => siteId));
  const site = file.sites.find(({ id }) => sites.has(id));
  if (sites.size > 1 || site === undefined)
    return fail("the assets must be at one site: plan each site by itself", EXIT_REFUSED);
  return { assets, site };
}

/** `FROM/UNTIL`, or `FROM/UNTIL=EUR` with a price of a breach. */
function noTradeOf(text: string): PlanLimit {
  const [window = "", price] = text.split("=");
  const [from, until] = window.split("/");
  const breach = price === undefined ? {} : { breachEurPerMwhr: numberOf("--closed", price) };
  return {
    ...{ kind: "noTrade", ...breach },
    fromMs: instantOf("--closed", from),
    untilMs: instantOf("--closed", until),
  };
}

/** `MWH@INSTANT`, or `MWH@INSTANT=EUR` with a price of a breach. */
function socTargetOf(text: string, assetId: string): PlanLimit {
  const [target = "", price] = text.split("=");
  const [mwhr = "", at] = target.split("@");
  const breach = price === undefined ? {} : { breachEurPerMwhr: numberOf("--soc-target", price) };
  return {
    ...{ kind: "socTarget", assetId, ...breach },
    minSocMwhr: numberOf("--soc-target", mwhr),
    atMs: instantOf("--soc-target", at),
  };
}

function instantOf(name: string, text: string | undefined): number {
  const read = readInstant(text);
  return "ms" in read ? read.ms : fail(`${name} ${read.wrong}`, EXIT_REFUSED);
}

function numberOf(name: string, text: string): number {
  return readDecimal(text) ?? fail(`${name} must be a number, not ${text}`, EXIT_REFUSED);
}

function optional(name: string, text: string | undefined): number | null {
  return text === undefined ? null : numberOf(name, text);
}
