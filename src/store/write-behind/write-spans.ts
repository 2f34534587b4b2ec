// The spans of writes behind: each is a trace of its own, with links to the ticks and requests whose records it writes.
import { NO_TRACING, type SpanContext, type Tracing, traced } from "../../domain/ports/tracing.ts";
import type { SpoolRecord } from "../spool/spool.ts";

/** Records that wait, of which the cause is known; during an outage the oldest are forgotten. */
const MOST_WAITING = 1000;
/** Links that a span may have. */
const MOST_LINKS = 128;

export interface WriteSpans {
  /** Notes that the work under way caused the record that is being appended. */
  note(appended: Promise<number>): Promise<number>;
  /** Writes records under a span. */
  write(records: readonly SpoolRecord[], work: () => Promise<void>): Promise<void>;
}

const NO_WRITE_SPANS: WriteSpans = {
  note: (appended) => appended,
  write: (_, work) => work(),
};

export function createWriteSpans(tracing: Tracing = NO_TRACING): WriteSpans {
  if (!tracing.isOn) return NO_WRITE_SPANS;
  /** The cause of each record by its sequence. */
  const causes = new Map<number, SpanContext>();
  /** During an outage there are several attempts a second: the first one that fails is recorded. */
  let isFailing = false;

  function remember(sequence: number, cause: SpanContext): void {
    causes.set(sequence, cause);
    if (causes.size <= MOST_WAITING) return;
    const [oldest = sequence] = causes.keys();
    causes.delete(oldest);
  }

  return {
    note(appended) {
      const cause = tracing.active();
      if (cause === undefined) return appended;
      return appended.then((sequence) => {
        remember(sequence, cause);
        return sequence;
      });
    },
    async write(records, work) {
      try {
        await (isFailing ? tracing.muted(work) : writeUnderSpan(records, work));
      } catch (error) {
        isFailing = true;
        throw error;
      }
      isFailing = false;
      for (const { sequence } of records) causes.delete(sequence);
    },
  };

  function writeUnderSpan(records: readonly SpoolRecord[], work: () => Promise<void>) {
    const links = new Set(records.flatMap(({ sequence }) => causes.get(sequence) ?? []));
    const span = tracing.start("write-behind", {
      parent: null,
      attributes: { "mando.records": records.length },
      links: [...links].slice(0, MOST_LINKS),
    });
    return traced(span, work);
  }
}
