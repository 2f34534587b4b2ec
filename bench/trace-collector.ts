// A collector of traces that accepts everything, in a process of its own: bench/tracing measures what sends to it.
import { createServer } from "node:http";

createServer((request, response) => {
  request.resume().once("end", () => response.end());
}).listen(Number(process.argv[2]), "127.0.0.1");
