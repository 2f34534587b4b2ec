import { expect, test } from "vitest";
import { createRequestIds } from "../../web/dashboard/api/request-ids.ts";

const lost = () => Promise.reject(new Error("lost"));
const answered = (id: string) => Promise.resolve(id);

function numberedIds() {
  let count = 0;
  return createRequestIds(() => `id ${++count}`);
}

test("a request keeps its id until an answer came, and has a new one afterwards", async () => {
  const ids = numberedIds();
  await expect(ids.send({ mw: 1 }, lost)).rejects.toThrow("lost");
  await expect(ids.send({ mw: 1 }, lost)).rejects.toThrow("lost");
  expect(await ids.send({ mw: 1 }, answered)).toBe("id 1");
  expect(await ids.send({ mw: 1 }, answered)).toBe("id 2");
});

test("other content has another id", async () => {
  const ids = numberedIds();
  await expect(ids.send({ mw: 1 }, lost)).rejects.toThrow("lost");
  expect(await ids.send({ mw: 2 }, answered)).toBe("id 2");
  expect(await ids.send({ mw: 1 }, answered)).toBe("id 1");
});

test("ids differ from form to form", async () => {
  const first = await createRequestIds().send({}, answered);
  expect(first).toMatch(/^[\da-f]{32}$/);
  expect(await createRequestIds().send({}, answered)).not.toBe(first);
});
