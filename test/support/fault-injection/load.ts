// Clients that dispatch while faults are injected, and repeat each request under its id until it is answered.
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Target } from "./target.ts";

export interface Acknowledged {
  readonly id: string;
  readonly assetId: string;
  readonly requestId: string;
  readonly mw: number;
}

export interface Load {
  readonly acknowledged: readonly Acknowledged[];
  /** Answers by status, and `none` where the connection broke or nothing came in time. */
  readonly answers: ReadonlyMap<string, number>;
  /** Ids that a second answer to the same request named otherwise. */
  readonly contradictions: readonly string[];
  stop(): Promise<void>;
}

const PAUSE_MS = 60;
const ANSWER_MS = 12_000;

/** @param random Uniform in [0, 1). */
export function dispatchWhile(
  target: Target,
  assetIds: readonly string[],
  clients: number,
  random: () => number,
): Load {
  const acknowledged: Acknowledged[] = [];
  const answers = new Map<string, number>();
  const contradictions: string[] = [];
  let stopped = false;

  async function send(method: string, path: string, body?: object): Promise<Response | undefined> {
    try {
      const answer = await fetch(`${target.url}${path}`, {
        method,
        headers: { "content-type": "application/json" },
        signal: AbortSignal.timeout(ANSWER_MS),
        ...(body && { body: JSON.stringify(body) }),
      });
      count(String(answer.status));
      return answer;
    } catch {
      count("none");
      return undefined;
    }
  }
  const count = (status: string) => answers.set(status, (answers.get(status) ?? 0) + 1);

  /** Sends the request until it is accepted or refused. */
  async function dispatch(assetId: string): Promise<Acknowledged | undefined> {
    const requestId = randomUUID();
    const mw = Math.round((random() * 60 - 30) * 100) / 100;
    const request = { asset_id: assetId, mw, request_id: requestId, ...durationOf(random) };
    let seenId: string | undefined;
    for (let tries = 0; tries < 400; tries++) {
      const answer = await send("POST", "/dispatch", request);
      const body = (await answer?.json().catch(() => undefined)) as { id?: string } | undefined;
      if (answer?.status === 202 && body?.id !== undefined) {
        if (seenId !== undefined && seenId !== body.id) contradictions.push(`${seenId} ${body.id}`);
        seenId = body.id;
        // Now and then once more: the first answer again.
        if (random() < 0.9) return { id: body.id, assetId, requestId, mw };
      } else if (answer !== undefined && answer.status < 500) {
        if (seenId !== undefined) contradictions.push(`${seenId} ${answer.status}`);
        return undefined;
      }
      if (stopped && seenId === undefined && tries > 100) return undefined;
      await sleep(PAUSE_MS);
    }
    return undefined;
  }

  async function client(): Promise<void> {
    while (!stopped) {
      const assetId = assetIds[Math.floor(random() * assetIds.length)] as string;
      const accepted = await dispatch(assetId);
      if (accepted !== undefined) acknowledged.push(accepted);
      if (accepted !== undefined && random() < 0.15)
        await send("DELETE", `/dispatch/${accepted.id}`);
      await sleep(PAUSE_MS * random());
    }
  }

  const running = Array.from({ length: clients }, client);
  return {
    acknowledged,
    answers,
    contradictions,
    async stop() {
      stopped = true;
      await Promise.all(running);
    },
  };
}

/** Without end, for some seconds, with a lease, or later. */
function durationOf(random: () => number): object {
  const kind = random();
  if (kind < 0.3) return {};
  const duration_s = 1 + Math.floor(random() * 20);
  if (kind < 0.6) return { duration_s, on_shortfall: "curtail" };
  if (kind < 0.8)
    return { duration_s, valid_for_s: 1 + Math.floor(random() * 10), on_shortfall: "curtail" };
  return { duration_s, on_shortfall: "refuse" };
}
