// Limits on the requests of a client.

/** Limits that hold for every transport. They may change: each is read where it is used. */
export interface Limits {
  /** WebSockets and event streams in all. */
  readonly maxSockets: number;
  readonly maxSocketOperations: number;
  /** The largest message or body, in kB of 1,024 bytes. */
  readonly maxMessageKb: number;
  readonly maxListIds: number;
  readonly maxQueryDepth: number;
  readonly maxQueryAliases: number;
  readonly maxQueryTokens: number;
  readonly maxQueryComplexity: number;
  /** Whether introspection of the schema is answered. */
  readonly introspection: boolean;
  /** How long a WebSocket may take to begin, in s. */
  readonly initTimeoutS: number;
  /** How long a client may exceed its buffer before it is closed, in s. */
  readonly slowClientS: number;
}
