// A collector of traces by grpc-js, the implementation of gRPC that collectors and clients in Node use.
import { createRequire } from "node:module";
import type { Json } from "./json.ts";
import { type ReceivedSpan, spansInProtobuf } from "./received-spans.ts";
import { findLibrary } from "./test-tools.ts";

/** The folder of the library; undefined where it is absent. */
export const GRPC = findLibrary("@grpc/grpc-js");

const raw = (bytes: Buffer) => bytes;
/** The service of OTLP, with messages as bytes. */
const SERVICE = {
  Export: {
    path: "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
    requestStream: false,
    responseStream: false,
    requestSerialize: raw,
    requestDeserialize: raw,
    responseSerialize: raw,
    responseDeserialize: raw,
  },
};

export async function receiveByGrpc() {
  const grpc: Json = createRequire(import.meta.url)(GRPC as string);
  const spans: ReceivedSpan[] = [];
  const scopes: unknown[] = [];
  const server = new grpc.Server();
  server.addService(SERVICE, {
    Export(call: Json, answer: (error: null, message: Buffer) => void) {
      spans.push(...spansInProtobuf(call.request));
      scopes.push(...call.metadata.get("x-scope"));
      answer(null, Buffer.alloc(0));
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    const credentials = grpc.ServerCredentials.createInsecure();
    server.bindAsync("127.0.0.1:0", credentials, (error: Error | null, bound: number) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { url: `http://127.0.0.1:${port}`, spans, scopes, close: () => server.forceShutdown() };
}
