import { describe, expect, test } from "vitest";
import {
  createRequestQueue,
  type QueuedRequest,
} from "../../../src/services/dispatch/request-queue.ts";
import fc from "../../support/fast-check.ts";

interface Named extends QueuedRequest {
  readonly name: string;
}

const request = (name: string, ...assetIds: string[]): Named => ({ name, assetIds, isStop: false });
const stop = (name: string, ...assetIds: string[]): Named => ({ name, assetIds, isStop: true });

function queueOf(...requests: readonly Named[]) {
  const queue = createRequestQueue<Named>();
  for (const it of requests) queue.add(it);
  return queue;
}

function takeAll(queue: ReturnType<typeof queueOf>): string[] {
  const names: string[] = [];
  for (let it = queue.take(); it !== undefined; it = queue.take()) names.push(it.name);
  return names;
}

describe("the queue of requests", () => {
  test("has a stop before the requests of other assets, and after those of its own", () => {
    const queue = queueOf(
      request("a1", "A"),
      request("b1", "B"),
      request("a2", "A"),
      stop("stop B", "B"),
    );
    expect(takeAll(queue)).toEqual(["b1", "stop B", "a1", "a2"]);
  });

  test("moves what came before a request of several assets with it", () => {
    const queue = queueOf(
      request("c1", "C"),
      request("a1", "A"),
      request("site", "A", "B"),
      request("a2", "A"),
      stop("stop B", "B"),
    );
    expect(takeAll(queue)).toEqual(["a1", "site", "stop B", "c1", "a2"]);
  });

  test("has a stop before the earlier requests of another stop", () => {
    const queue = queueOf(
      ...[request("a1", "A"), request("a2", "A"), stop("stop A", "A")],
      ...[request("b1", "B"), stop("stop B", "B"), stop("stop C", "C")],
    );
    expect(takeAll(queue)).toEqual(["stop C", "b1", "stop B", "a1", "a2", "stop A"]);
  });

  test("has later requests of an asset that is to be stopped after its stop", () => {
    const queue = queueOf(
      request("a1", "A"),
      stop("stop A", "A"),
      request("a2", "A"),
      request("b1", "B"),
    );
    expect(queue.take()?.name).toBe("a1");
    queue.hold(["A"]);
    expect(queue.take()?.name).toBe("b1");
    expect(queue.take()).toBeUndefined();
    queue.release(["A"]);
    expect(takeAll(queue)).toEqual(["stop A", "a2"]);
  });

  test("holds back the requests of an asset of which one is being decided, and what comes after them", () => {
    const queue = queueOf(request("site", "A", "B"), request("c1", "C"), stop("stop A", "A"));
    expect(queue.take()?.name).toBe("site");
    queue.hold(["A", "B"]);
    expect(queue.take()?.name).toBe("c1");
    expect(queue.hasNext()).toBe(false);
    expect(queue.take()).toBeUndefined();
    queue.release(["A", "B"]);
    expect(takeAll(queue)).toEqual(["stop A"]);
  });

  test("gives each request once, those of one asset in their order", () => {
    const anyRequest = fc.record({
      assetIds: fc.uniqueArray(fc.constantFrom("A", "B", "C", "D"), { minLength: 1, maxLength: 3 }),
      isStop: fc.boolean(),
      takes: fc.nat(2),
      takesStop: fc.boolean(),
      holds: fc.nat(2),
      releases: fc.nat(2),
    });
    fc.assert(
      fc.property(fc.array(anyRequest, { maxLength: 20 }), (requests) => {
        const queue = createRequestQueue<Named>();
        const taken: Named[] = [];
        let holdCount = 0;
        const take = (from: typeof queue.take) => {
          const it = from();
          if (it === undefined) return;
          taken.push(it);
          expect(holdCount > 0 && it.assetIds.includes("A")).toBe(false);
          if (from === queue.takeStop) expect(it.isStop).toBe(true);
        };
        const release = () => {
          if (holdCount-- > 0) queue.release(["A"]);
          else holdCount = 0;
        };
        for (const [n, { takes, takesStop, holds, releases, ...it }] of requests.entries()) {
          queue.add({ ...it, name: `${n}` });
          for (let count = 0; count < holds; count++) queue.hold(["A"]);
          holdCount += holds;
          if (takesStop) take(queue.takeStop);
          for (let count = 0; count < takes; count++) take(queue.take);
          for (let count = 0; count < releases; count++) release();
        }
        while (holdCount > 0) release();
        while (queue.hasNext()) take(queue.take);
        expect(taken).toHaveLength(requests.length);
        for (const id of ["A", "B", "C", "D"]) {
          const own = taken
            .filter(({ assetIds }) => assetIds.includes(id))
            .map(({ name }) => Number(name));
          expect(own).toEqual(own.toSorted((a, b) => a - b));
        }
      }),
      { numRuns: 500 },
    );
  });
});
