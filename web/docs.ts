// The page of the REST API.
import "swagger-ui-dist/swagger-ui.css";
import "./docs.css";
import SwaggerUi from "swagger-ui-dist/swagger-ui-es-bundle.js";
import { fetchStoppable } from "./event-stream.ts";

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

SwaggerUi({
  url: "openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  // A group begins with what its users need first.
  operationsSorter: (a: Operation, b: Operation) => Number(isStream(a)) - Number(isStream(b)),
  requestInterceptor: (request: object) => ({ ...request, userFetch: fetchStoppable }),
});
