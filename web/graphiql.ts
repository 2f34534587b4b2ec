// The GraphiQL page. It is served at the address of the API, so its own address is the endpoint.
import style from "virtual:graphiql/css";
import editorWorker from "virtual:graphiql/editor-worker";
import graphqlWorker from "virtual:graphiql/graphql-worker";
import bundle from "virtual:graphiql/js";
import jsonWorker from "virtual:graphiql/json-worker";
import { examplesFor } from "./examples.ts";
import { createFetcher } from "./graphiql-fetcher.ts";
import { readPlace } from "./graphiql-place.ts";
import { access } from "./sign-in/page-access.ts";
import { showSignIn } from "./sign-in/sign-in-bar.ts";

declare global {
  /** What the bundle adds to the page. */
  var YogaGraphiQL: { renderYogaGraphiQL(root: Element, props: object): void };
  /** How its editors start their workers. */
  var MonacoEnvironment: { getWorker(moduleId: string, label: string): Worker };
}

const url = location.origin + location.pathname;
const workers: Readonly<Record<string, string>> = { json: jsonWorker, graphql: graphqlWorker };
globalThis.MonacoEnvironment = {
  getWorker: (_, label) => new Worker(workers[label] ?? editorWorker, { name: label }),
};

access.start();
const bar = document.getElementById("viewer");
if (bar) showSignIn(bar, url, access);

const [place] = await Promise.all([
  readPlace(url, access),
  import(/* @vite-ignore */ bundle),
  loadStyle(style),
]);
const tabs = examplesFor(place).map(({ query, variables }) => ({
  query,
  variables: JSON.stringify(variables, null, 2),
}));

const root = document.getElementById("graphiql");
if (root)
  globalThis.YogaGraphiQL.renderYogaGraphiQL(root, {
    title: "Mando Graph<em>i</em>QL",
    logo: " ",
    fetcher: createFetcher(url, access),
    defaultTabs: tabs,
    defaultEditorToolsVisibility: "variables",
    // Headers are stored only where the visitor says so, and none outlasts the visit.
    shouldPersistHeaders: undefined,
    storage: sessionStorage,
    // Those of GraphiQL, of which the history is one.
    plugins: undefined,
    // By default the address has the query, and would be an operation when it is opened again.
    onEditQuery() {},
  });

function loadStyle(href: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
    link.onload = () => resolve();
    link.onerror = () => reject(new Error(`cannot load ${href}`));
    document.head.append(link);
  });
}
