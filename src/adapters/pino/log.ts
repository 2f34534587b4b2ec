// The log on standard output, by pino.
import { type Logger, pino } from "pino";
import type { Log } from "../../domain/ports/log.ts";
import { createDestination } from "./destination.ts";

export interface PinoLog extends Log {
  /** Sets the least level that is logged, from now on. */
  setLevel(level: string): void;
}

/**
 * Logs to standard output: readable lines on a terminal, one JSON object a line otherwise.
 *
 * @param mixin Fields of every line, as they are when it is written; left out: none.
 */
export async function createPinoLog(
  level: string,
  isTerminal: boolean,
  mixin?: () => object,
): Promise<PinoLog> {
  const options = mixin === undefined ? { level } : { level, mixin };
  if (!isTerminal) {
    const destination = createDestination(process.stdout.fd, Date.now);
    process.once("exit", destination.flush);
    return quiet(pino(options, destination));
  }
  const { default: pretty } = await import("pino-pretty");
  const stream = pretty({ sync: true, ignore: "pid,hostname", translateTime: "SYS:HH:MM:ss" });
  return quiet(pino(options, stream));
}

function quiet(logger: Logger): PinoLog {
  return {
    setLevel(level) {
      logger.level = level;
    },
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
  };
}
