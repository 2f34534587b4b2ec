// A controller in a process of its own, to be killed: it holds a power by a lease that it renews.
const [url = "", assetId = "", mw = "", validForS = "", everyMs = ""] = process.argv.slice(2);

const post = (path: string, body?: object) =>
  fetch(url + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });

const request = { asset_id: assetId, mw: Number(mw), valid_for_s: Number(validForS) };
const answer = await post("/dispatch", request);
const { id } = (await answer.json()) as { id: string };
process.stdout.write(`${answer.status} ${id}\n`);
setInterval(() => void post(`/dispatch/${id}/renew`), Number(everyMs));
