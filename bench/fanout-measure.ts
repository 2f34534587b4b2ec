// The measurement of one server under one case of bench/fanout.
import { keepAwake } from "./awake.ts";
import { type CaseName, FANOUT_CASES } from "./fanout-cases.ts";
import type { Lap } from "./fanout-clients.ts";
import { type Contest, type ServerName, startContest } from "./fanout-contest.ts";
import { median } from "./measure.ts";

const MB = 2 ** 20;
/** A message smaller than this share of the mean cannot be a whole event. */
const LEAST_RATIO = 0.7;

export interface Steady {
  /** CPU of the server process, user and system, for one delivered event, less its ticks without clients. */
  readonly cpuUs: number;
  /** The same in the median tick: far less where an engine compiled once, for as long as ten ticks take. */
  readonly middleUs: number;
  /** CPU of a tick without clients. */
  readonly idleMs: number;
  readonly lap: Lap;
  readonly ticks: number;
  readonly rssMb: number;
}

/** The latency of the server for its clients before some of them stop reading, and after. */
export interface Slowed {
  readonly before: Lap;
  readonly after: Lap;
  readonly ticks: number;
  /** The difference between its highest resident memory after and before. */
  readonly growthMb: number;
}

export async function measureSteady(server: ServerName, name: CaseName): Promise<Steady> {
  const letSleep = keepAwake();
  const measure = async ({ server, idleUs, lap, passTicks, tick }: Contest): Promise<Steady> => {
    const from = tick();
    await lap();
    let { cpuUs, rssBytes } = await server.usage();
    const ticksUs: number[] = [];
    while (tick() - from < FANOUT_CASES[name].ticks) {
      const at = tick();
      const beforeUs = cpuUs;
      await passTicks(1);
      ({ cpuUs, rssBytes } = await server.usage());
      // A server whose report is late has done the work of several ticks.
      const passed = tick() - at;
      for (let n = 0; n < passed; n++) ticksUs.push((cpuUs - beforeUs) / passed - idleUs);
    }
    const found = checked(await lap());
    const ticks = ticksUs.length;
    return {
      cpuUs: ticksUs.reduce((sum, us) => sum + us, 0) / found.events,
      middleUs: (median(ticksUs) * ticks) / found.events,
      idleMs: idleUs / 1000,
      lap: found,
      ticks,
      rssMb: rssBytes / MB,
    };
  };
  try {
    return await withContest(server, name, measure);
  } finally {
    letSleep();
  }
}

export async function measureSlowed(server: ServerName, name: CaseName): Promise<Slowed> {
  return await withContest(server, name, async (contest) => {
    await contest.lap();
    // As many ticks as afterwards: the latest event of more ticks is later in any case.
    const { ticks } = FANOUT_CASES[name];
    const began = await watchMemory(contest, ticks);
    const before = checked(await contest.lap());
    await contest.pauseSlow();
    const ended = await watchMemory(contest, ticks);
    const after = checked(await contest.lap());
    return { before, after, ticks: ended.ticks, growthMb: ended.highestMb - began.highestMb };
  });
}

async function withContest<T>(
  server: ServerName,
  name: CaseName,
  measure: (contest: Contest) => Promise<T>,
): Promise<T> {
  const contest = await startContest(server, name);
  try {
    return await measure(contest);
  } finally {
    await contest.stop();
  }
}

/** The highest memory over so many ticks, or more where the report of the server is late. */
async function watchMemory(
  { server, passTicks, tick }: Contest,
  count: number,
): Promise<{ ticks: number; highestMb: number }> {
  const from = tick();
  let highestMb = 0;
  while (tick() - from < count) {
    await passTicks(1);
    highestMb = Math.max(highestMb, (await server.usage()).rssBytes / MB);
  }
  return { ticks: tick() - from, highestMb };
}

/** Refuses the figures of a server that leaves out clients, or sends them less. */
function checked(lap: Lap): Lap {
  const { events, bytes, fewest, smallestBytes, read, lost } = lap;
  if (lost > 0) throw new Error(`${lost} clients lost their connection`);
  if (fewest === 0 || read === 0) throw new Error(`some clients got no event, of ${events} sent`);
  if (smallestBytes < (bytes / events) * LEAST_RATIO)
    throw new Error(`an event has ${smallestBytes} bytes: it is not whole`);
  return lap;
}
