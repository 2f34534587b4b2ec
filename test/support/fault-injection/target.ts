// The program under fault injection: one after another in the same folder and on the same port, each with its own run number.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Program, runProgram } from "../program-under-test.ts";

const CLOCK = fileURLToPath(new URL("clock-offset.mjs", import.meta.url));

export interface Target {
  readonly url: string;
  /** Number of the run, from 1 on. */
  readonly run: () => number;
  /** Whether a program runs and has answered that it is up. */
  readonly isUp: () => boolean;
  readonly program: () => Program;
  start(): Promise<void>;
  /** SIGKILL; resolves once the program is gone. */
  kill(): Promise<void>;
  /** When programs were killed, in ms since the epoch. */
  kills(): readonly number[];
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** Sets what is added to its wall clock, in ms. */
  setClockOffset(ms: number): void;
  /** The newest tick that it announced, in ms since the epoch. */
  announcedMs(): number;
  announce(timestampMs: number): void;
  /** How many ticks the present run announced. */
  announced(): number;
  /** Everything that all runs logged. */
  log(): string;
}

export function createTarget(
  port: number,
  directory: string,
  variables: Record<string, string>,
): Target {
  const offsetFile = join(directory, "clock-offset");
  let current: Program | undefined;
  const killsMs: number[] = [];
  let run = 0;
  let up = false;
  let logged = "";
  let announcedMs = 0;
  let announced = 0;

  const running = (): Program => {
    if (current === undefined) throw new Error("no program runs");
    return current;
  };

  async function end(signal: "SIGKILL" | "SIGTERM"): Promise<number | null> {
    const program = running();
    up = false;
    const exit = new Promise<number | null>((resolve) => program.child.once("close", resolve));
    program.child.kill(signal);
    const code = await exit;
    logged += program.output();
    current = undefined;
    return code;
  }

  return {
    url: `http://127.0.0.1:${port}`,
    run: () => run,
    isUp: () => up,
    program: running,
    async start() {
      run++;
      announced = 0;
      current = runProgram({
        ...variables,
        PORT: String(port),
        CLOCK_OFFSET_FILE: offsetFile,
        NODE_OPTIONS: `--import=${CLOCK}`,
      });
      await current.url;
      up = true;
    },
    async kill() {
      killsMs.push(Date.now());
      await end("SIGKILL");
    },
    kills: () => killsMs,
    stop: () => end("SIGTERM"),
    announcedMs: () => announcedMs,
    announce(timestampMs) {
      announcedMs = timestampMs;
      announced++;
    },
    announced: () => announced,
    setClockOffset: (ms) => writeFileSync(offsetFile, String(ms)),
    log: () => logged + (current?.output() ?? ""),
  };
}
