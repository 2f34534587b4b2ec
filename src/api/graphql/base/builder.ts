import SchemaBuilder from "@pothos/core";
import ComplexityPlugin from "@pothos/plugin-complexity";
import type { Hub } from "../../stream/hub.ts";
import type { Limits } from "../../transport/limits.ts";
import type { Problem } from "../../transport/problem.ts";
import type { Services } from "../../transport/services.ts";
import type { InTurn } from "./turns.ts";

/** What resolvers may use. */
export interface GraphContext {
  readonly services: Services;
  readonly hub: Hub;
  readonly limits: Limits;
  /** Names this run of the server. */
  readonly runId: string;
  /** Why this request may change nothing, or undefined where it may. */
  readonly refuseChange: () => Problem | undefined;
  /** Whether the client showed the token, or none is set. */
  readonly signedIn: boolean;
  /** Reads the past, one reading of the operation after the other. */
  readonly inTurn: InTurn;
}

/** Instants are ms since the epoch inside, RFC 3339 outside. */
interface SchemaTypes {
  Context: GraphContext;
  DefaultFieldNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: number; Output: number };
  };
}

export const builder = new SchemaBuilder<SchemaTypes>({
  defaultFieldNullability: false,
  plugins: [ComplexityPlugin],
  // It notes what fields cost. Left to check it, it would do so for each event of a subscription.
  complexity: { disabled: true, defaultListMultiplier: 1 },
});
