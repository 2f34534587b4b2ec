// Requests of the REST page: an event stream has a button that stops it, and what came up to then is its response.

/** Text of a stream that is shown, in characters; earlier events are dropped. */
const MOST_SHOWN = 100_000;

/**
 * Sends a request as `fetch` does. Resolves for an event stream once it ends, or is stopped.
 *
 * @param send Sends it, with what it needs to be accepted.
 */
export async function fetchStoppable(
  send: (url: string, request: RequestInit) => Promise<Response>,
  url: string,
  request: RequestInit,
): Promise<Response> {
  const response = await send(url, request);
  const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") ?? false;
  return isStream && response.body !== null ? readStream(url, response, response.body) : response;
}

async function readStream(
  url: string,
  { status, statusText, headers }: Response,
  body: ReadableStream<Uint8Array>,
): Promise<Response> {
  const reader = body.pipeThrough(new TextDecoderStream() as never).getReader();
  const bar = showStream(new URL(url, location.href).pathname, () => reader.cancel());
  let text = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      text = (text + value).slice(-MOST_SHOWN);
      bar.received(text);
    }
  } finally {
    bar.remove();
  }
  return new Response(text, { status, statusText, headers });
}

/** Shows an open stream, with its newest event and the button that stops it. */
function showStream(path: string, onStop: () => void) {
  const bar = document.createElement("div");
  const name = document.createElement("strong");
  name.textContent = path;
  const newest = document.createElement("code");
  newest.textContent = "no event yet";
  const stop = document.createElement("button");
  stop.type = "button";
  stop.className = "btn cancel";
  stop.textContent = "Stop the stream";
  stop.addEventListener("click", onStop);
  bar.append(name, newest, stop);
  document.getElementById("streams")?.append(bar);
  return {
    received(text: string): void {
      newest.textContent = /.*data: (.*)\n/s.exec(text)?.[1]?.slice(0, 300) ?? "no event yet";
    },
    remove: () => bar.remove(),
  };
}
