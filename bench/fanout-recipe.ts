// A baseline of bench/fanout: Yoga with its publish-subscribe bus, and graphql-ws over ws on the same pipeline, as in
// the manual of Yoga.
import { createServer } from "node:http";
import type { ExecutionArgs } from "graphql";
import { useServer as serveGraph } from "graphql-ws/use/ws";
import { createPubSub, createSchema, createYoga } from "graphql-yoga";
import { WebSocketServer } from "ws";
import { type CaseName, FANOUT_CASES } from "./fanout-cases.ts";
import { createFeed, everyTick } from "./fanout-feed.ts";
import type { PlainTelemetry } from "./plain-fleet.ts";

const [port, name] = process.argv.slice(2);
const { assetCount, tickS } = FANOUT_CASES[name as CaseName];

interface Frame {
  readonly timestamp: string;
  readonly byId: ReadonlyMap<string, PlainTelemetry>;
}
interface Pipeline {
  execute(args: ExecutionArgs): never;
  subscribe(args: ExecutionArgs): never;
}

const pubSub = createPubSub<{ frame: [frame: Frame] }>();

const yoga = createYoga({
  logging: false,
  schema: createSchema({
    typeDefs: /* GraphQL */ `
      scalar DateTime
      enum AssetStatus {
        CHARGING
        DISCHARGING
        IDLE
      }
      enum PowerLimit {
        RAMP
        POWER
        ENERGY
      }
      type Telemetry {
        assetId: ID!
        timestamp: DateTime!
        socMwhr: Float!
        socPct: Float!
        currentMw: Float!
        setpointMw: Float!
        status: AssetStatus!
        limitedBy: PowerLimit
      }
      type TelemetryFrame {
        timestamp: DateTime!
        samples: [Telemetry!]!
      }
      type Query {
        hello: String
      }
      type Subscription {
        telemetry(assetIds: [ID!]): TelemetryFrame!
      }
    `,
    resolvers: {
      Subscription: {
        telemetry: {
          subscribe: () => pubSub.subscribe("frame"),
          resolve: ({ timestamp, byId }: Frame, { assetIds }: { assetIds: string[] }) => ({
            timestamp,
            samples: assetIds.map((id) => byId.get(id)),
          }),
        },
      },
    },
  }),
});

const server = createServer(yoga);
serveGraph(
  {
    execute: (args) => (args.rootValue as Pipeline).execute(args),
    subscribe: (args) => (args.rootValue as Pipeline).subscribe(args),
    async onSubscribe(context, _, params) {
      const { schema, execute, subscribe, contextFactory, parse, validate } = yoga.getEnveloped({
        ...context,
        req: context.extra.request,
        socket: context.extra.socket,
        params,
      } as never);
      const document = parse(params.query);
      const errors = validate(schema, document);
      if (errors.length > 0) return errors;
      return {
        schema,
        document,
        operationName: params.operationName,
        variableValues: params.variables,
        contextValue: await contextFactory(),
        rootValue: { execute, subscribe },
      };
    },
  },
  new WebSocketServer({ server, path: yoga.graphqlEndpoint }),
);

const rowsAt = createFeed(assetCount, tickS);
everyTick(tickS, (timestampMs) => {
  const byId = new Map(rowsAt(timestampMs).map((row) => [row.assetId, row]));
  pubSub.publish("frame", { timestamp: new Date(timestampMs).toISOString(), byId });
});
server.listen(Number(port), "127.0.0.1");
