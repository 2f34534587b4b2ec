// The baselines of bench/dispatch: the library that REST is built on, with handlers that do nothing. One does not read
// the body; the other has the schema of `POST /dispatch`, and so validates the body.
import { serve } from "@hono/node-server";
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { DispatchInput } from "../src/api/rest/dispatch/shapes.ts";

const [port] = process.argv.slice(2);

const app = new OpenAPIHono();
app.post("/bare", (c) => c.body(null, 202));
const route = createRoute({
  method: "post",
  path: "/dispatch",
  request: {
    body: { required: true, content: { "application/json": { schema: DispatchInput } } },
  },
  responses: { 202: { description: "Nothing was done." } },
});
app.openapi(route, (c) => c.body(null, 202));
serve({ fetch: app.fetch, port: Number(port), hostname: "127.0.0.1" });
