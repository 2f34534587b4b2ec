// The baseline of bench/query: Yoga as its manual begins, with one resolver that returns a constant.
import { createServer } from "node:http";
import { createSchema, createYoga } from "graphql-yoga";

const [port] = process.argv.slice(2);

const asset = (n: number) => ({
  id: `00000000-0000-4000-8000-${n.toString().padStart(12, "0")}`,
  name: `BESS-${n}`,
  telemetry: {
    timestamp: "2026-11-20T12:00:00.000Z",
    socMwhr: 18,
    socPct: 50,
    currentMw: 0,
    setpointMw: 0,
    status: "IDLE",
    limitedBy: null,
  },
});
const ASSETS = Array.from({ length: 100 }, (_, n) => asset(n));

const yoga = createYoga({
  logging: false,
  schema: createSchema({
    typeDefs: /* GraphQL */ `
      type Telemetry {
        timestamp: String!
        socMwhr: Float!
        socPct: Float!
        currentMw: Float!
        setpointMw: Float!
        status: String!
        limitedBy: String
      }
      type Asset {
        id: ID!
        name: String!
        telemetry: Telemetry!
      }
      type AssetConnection {
        nodes: [Asset!]!
      }
      type Query {
        asset(id: ID!): Asset
        assets(first: Int): AssetConnection!
      }
    `,
    resolvers: {
      Query: { asset: () => ASSETS[0], assets: () => ({ nodes: ASSETS }) },
    },
  }),
});
createServer(yoga).listen(Number(port), "127.0.0.1");
