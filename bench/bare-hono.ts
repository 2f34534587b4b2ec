// The baseline of bench/dispatch: the library that our REST is built on, with a handler that does nothing.
import { serve } from "@hono/node-server";
import { Hono } from "hono";

const [port] = process.argv.slice(2);

const app = new Hono();
app.post("/dispatch", (c) => c.body(null, 202));
serve({ fetch: app.fetch, port: Number(port), hostname: "127.0.0.1" });
