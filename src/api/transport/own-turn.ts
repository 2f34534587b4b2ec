// Turns for work that takes some ms: one piece of it in each turn of the event loop, whatever comes at once.
import type { MiddlewareHandler } from "hono";

let last: Promise<unknown> = Promise.resolve();

/** Resolves in a turn of its own: after everything that is pending, and apart from what else waits here. */
export function ownTurn(): Promise<unknown> {
  last = last.then(() => new Promise((resolve) => setImmediate(resolve)));
  return last;
}

/** Validates a large body in a turn of its own. */
export const inOwnTurn: MiddlewareHandler = async (_, next) => {
  await ownTurn();
  await next();
};
