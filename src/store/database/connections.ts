// The connections of a store, apart by use, so that no use waits for another.
import { type Client, createClient } from "./client.ts";
import { createQueryQueue, type QueryQueue } from "./query-queue.ts";

const READERS = 4;
/** Queries of history that run at once, and that wait. */
const HISTORY_QUERIES = 3;
const HISTORY_WAITING = 100;
const HISTORY_MS = 10_000;

export interface Connections {
  /** Short queries. */
  readonly readers: Client;
  /** The batches of the writer: a batch never waits behind a query. */
  readonly ingest: Client;
  readonly maintenance: Client;
  /** The chain of the audit log. */
  readonly audit: Client;
  /** Tokens, role rules and settings, which a standby reads too. */
  readonly identities: Client;
  /** Writes of data points, one after the other. */
  readonly points: Client;
  /** Versions, which a standby reads too. A query that hangs is cut off with its connection, and with nothing else. */
  readonly versions: Client;
  /** Queries of history, which may be long. */
  readonly history: QueryQueue;
  /** Names the server; connections are made when they are needed. */
  connect(url: string): void;
  close(): Promise<void>;
}

export function createConnections(): Connections {
  const readers = createClient(READERS);
  const ingest = createClient(1);
  const maintenance = createClient(1);
  const audit = createClient(1);
  const identities = createClient(1);
  const points = createClient(1);
  const versions = createClient(1);
  const history = createClient(HISTORY_QUERIES);
  const clients = [readers, ingest, maintenance, audit, identities, points, versions, history];
  return {
    readers,
    ingest,
    maintenance,
    audit,
    identities,
    points,
    versions,
    history: createQueryQueue(history, {
      running: HISTORY_QUERIES,
      waiting: HISTORY_WAITING,
      deadlineMs: HISTORY_MS,
    }),
    connect(url) {
      for (const client of clients) client.connect(url);
    },
    async close() {
      await Promise.all(clients.map((client) => client.close()));
    },
  };
}
