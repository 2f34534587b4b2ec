// The GraphiQL page. It is served at the address of the API, so its own address is the endpoint.
import "graphiql/setup-workers/vite";
// Not graphiql/style.css: it has fonts larger than the page, and Monaco's styles a second time.
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "graphiql/graphiql.css";
import { createGraphiQLFetcher, type Fetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import { createClient } from "graphql-ws";
import { createRoot } from "react-dom/client";
import { examplesFor } from "./examples.ts";

const url = location.origin + location.pathname;

/** Headers are sent with each request, and at the opening of each WebSocket, in lower case on both. */
const fetcher: Fetcher = (params, options) => {
  const headers = Object.fromEntries(new Headers(options?.headers));
  const wsClient = createClient({
    url: url.replace(/^http/, "ws"),
    connectionParams: headers,
    retryAttempts: 0,
  });
  const send = createGraphiQLFetcher({ url, wsClient, enableIncrementalDelivery: false });
  return send(params, { ...options, headers });
};

const tabs = examplesFor(await lookAtFleet()).map(({ query, variables }) => ({
  query,
  variables: JSON.stringify(variables, null, 2),
}));

/** An asset of this fleet, its site and its time, so that the examples fit it. */
async function lookAtFleet(): Promise<{ assetId: string; siteId: string; nowMs: number }> {
  const query = "{ fleet { totals { timestamp } } assets(first: 1) { nodes { id site { id } } } }";
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query }),
  });
  const { data } = (await answer.json()) as {
    data?: {
      fleet: { totals: { timestamp: string } };
      assets: { nodes: { id: string; site: { id: string } }[] };
    };
  };
  return {
    assetId: data?.assets.nodes[0]?.id ?? "",
    siteId: data?.assets.nodes[0]?.site.id ?? "",
    nowMs: data === undefined ? Date.now() : Date.parse(data.fleet.totals.timestamp),
  };
}

const root = document.getElementById("graphiql");
if (root)
  createRoot(root).render(
    <GraphiQL
      fetcher={fetcher}
      defaultTabs={tabs}
      defaultEditorToolsVisibility="variables"
      // The history stores headers, so that a token must not outlast the visit.
      storage={sessionStorage}
    />,
  );
