/** How much a client may ask for at once, by whatever transport. */
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
  /** Whether the schema is told to who asks for it. */
  readonly introspection: boolean;
  /** How long a WebSocket may take to begin, in s. */
  readonly initTimeoutS: number;
  /** How long a client may leave more unread than is kept for it, in s. */
  readonly slowClientS: number;
}

/** Items that one page of a list may have. */
export const PAGE_LARGEST = 500;
