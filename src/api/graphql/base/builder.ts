// The schema builder, and the context of resolvers.
import SchemaBuilder from "@pothos/core";
import ComplexityPlugin from "@pothos/plugin-complexity";
import type { Json } from "../../../domain/audit/record.ts";
import type { ClientServices } from "../../../services/clients/clients.ts";
import type { Hub } from "../../stream/hub.ts";
import type { Limits } from "../../transport/limits.ts";
import type { Problem } from "../../transport/problem.ts";
import type { Session } from "../../transport/session.ts";
import type { InTurn } from "./turns.ts";

/** The context of resolvers. */
export interface GraphContext {
  /** The services as the client uses them. */
  readonly services: ClientServices;
  readonly hub: Hub;
  readonly limits: Limits;
  /** Identifies this run of the server. */
  readonly runId: string;
  /** The sign-in of the client. */
  readonly session: Session;
  /** The refusal of a mutation by this way; undefined where it may change something. */
  readonly changeRefusal: Problem | undefined;
  /** Is called where an operation is refused as a whole. */
  readonly onRefused?: (why: Problem) => void;
  /** Runs history queries one after the other. */
  readonly inTurn: InTurn;
}

/** Instants are ms since the epoch inside, RFC 3339 outside. */
interface SchemaTypes {
  Context: GraphContext;
  DefaultFieldNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: number; Output: number };
    /** ISO 8601. */
    Duration: { Input: string; Output: string };
    JSON: { Input: Json; Output: Json };
  };
}

export const builder = new SchemaBuilder<SchemaTypes>({
  defaultFieldNullability: false,
  plugins: [ComplexityPlugin],
  // It holds the costs of fields. Its own check would run for each event of a subscription.
  complexity: { disabled: true, defaultListMultiplier: 1 },
});

/** What makes the fields of an input. */
export type InputFields = Parameters<Parameters<typeof builder.inputType>[1]["fields"]>[0];
