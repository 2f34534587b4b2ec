// The answer to GET /metrics: text, compressed for clients that take it so.
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Context } from "hono";
import { accepts } from "hono/accepts";
import { clientOf } from "../../transport/session.ts";
import type { Metrics } from "./metrics.ts";

const compressed = promisify(gzip);

export function metricsAnswer({ text, contentType }: Metrics) {
  return async (c: Context): Promise<Response> => {
    const body = await text(clientOf(c).telemetry);
    const headers = { "content-type": contentType, vary: "accept-encoding" };
    const supports = ["gzip", "identity"];
    const encoding = accepts(c, { header: "Accept-Encoding", supports, default: "identity" });
    if (encoding !== "gzip") return c.body(body, 200, headers);
    return c.body(new Uint8Array(await compressed(body)), 200, {
      ...headers,
      "content-encoding": encoding,
    });
  };
}
