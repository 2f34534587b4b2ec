// What sign-in, roles and the audit log cost: reads that are signed in beside open ones, dispatches with their audit
// records beside dispatches without, and subscribers of many identities.
import { benchAuthDispatches } from "./auth-dispatches.ts";
import { benchAuthFanout } from "./auth-fanout.ts";
import { benchAuthReads } from "./auth-reads.ts";

export const CASES = ["reads", "dispatches", "identities"];

/** @param cases The cases to run; none: all cases. */
export async function run(cases: readonly string[]): Promise<void> {
  const isChosen = (name: string) => cases.length === 0 || cases.includes(name);
  if (isChosen("reads")) await benchAuthReads();
  if (isChosen("dispatches")) await benchAuthDispatches();
  if (isChosen("identities")) await benchAuthFanout();
}
