// A defect of the database driver that no caller can catch (porsager/postgres, issues 1154 and 1208).

/**
 * Whether an error comes from a timer or a query of postgres.js itself: it may write to a connection in the instant
 * in which that breaks. The queries that waited for the connection have failed already.
 */
export function isDriverSlip(error: {
  readonly message: string;
  readonly stack?: string | undefined;
  readonly code?: unknown;
}): boolean {
  if (!/postgres\/(src|cjs)/.test(error.stack ?? "")) return false;
  return /reading 'write'/.test(error.message) || /^CONNECTION_/.test(`${error.code}`);
}
