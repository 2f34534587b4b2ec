// The page of the REST API.
import "swagger-ui-dist/swagger-ui.css";
import "./docs.css";
import SwaggerUi from "swagger-ui-dist/swagger-ui-es-bundle.js";
import { fetchStoppable } from "./event-stream.ts";
import { access } from "./sign-in/page-access.ts";
import { showSignIn } from "./sign-in/sign-in-bar.ts";
import { signedFetch } from "./sign-in/signed-fetch.ts";

access.start();
const bar = document.getElementById("viewer");
if (bar) showSignIn(bar, new URL("graphql", document.baseURI).href, access);

const dark = matchMedia("(prefers-color-scheme: dark)");
// The class by which Swagger UI is dark.
const showColours = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", showColours);
showColours();

/** An operation as Swagger UI sorts it. */
interface Operation {
  get(field: "path"): string;
}
const isStream = (it: Operation) => it.get("path").endsWith("/stream");

const signed = (url: string, request: RequestInit) => signedFetch(access, url, request);
const send = (url: string, request: RequestInit) => fetchStoppable(signed, url, request);

SwaggerUi({
  url: "openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  // A group begins with what its users need first.
  operationsSorter: (a: Operation, b: Operation) => Number(isStream(a)) - Number(isStream(b)),
  requestInterceptor: (request: object) => ({ ...request, userFetch: send }),
});
