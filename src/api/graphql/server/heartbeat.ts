// The heartbeat of all WebSockets from one timer: it finds clients that are gone without a close.
import type { Socket } from "node:net";
import type { WebSocket } from "ws";
import { PING } from "../../stream/websocket-frame.ts";
import type { Limits } from "../../transport/limits.ts";

/**
 * Parts into which sockets are divided, pinged in turn: a timer for each costs more, and all at once would stall ticks.
 * Consecutive sockets go to different parts, and are spared at different turns, as thousands of clients reconnect
 * within a second after a restart.
 */
const TURNS = 20;
/** Turns at which a socket is not pinged to which something was sent since the last turn: its proxies keep it open. */
const SPARED_TURNS = 2;

export interface Heartbeat {
  /** Pings a socket, over its connection, until it closes; ends it where it does not answer in time. */
  watch(socket: WebSocket, connection: Socket): void;
  stop(): void;
}

interface Pulse {
  readonly socket: WebSocket;
  readonly connection: Socket;
  alive: boolean;
  /** What had been written to it at its last turn. */
  sentBytes: number;
  /** Turns since it was pinged. */
  spared: number;
  /** Turns without a pong while the ping was still buffered behind other data. */
  late: number;
}

/**
 * @param everyMs How often a silent socket is pinged, and how long each may take to answer.
 * @param limits How long a client may leave buffered data unread, and so a ping behind it: a slow client is closed with
 *   that reason, and not terminated as gone before.
 */
export function createHeartbeat(everyMs: number, limits: Pick<Limits, "slowClientS">): Heartbeat {
  const parts = Array.from({ length: TURNS }, () => new Set<Pulse>());
  let turn = 0;
  let watched = 0;
  const timer = setInterval(() => {
    turn = (turn + 1) % TURNS;
    const lateTurns = Math.ceil((limits.slowClientS * 1000) / everyMs) + 1;
    for (const pulse of parts[turn] as Set<Pulse>) beat(pulse, lateTurns);
  }, everyMs / TURNS).unref();

  return {
    watch(socket, connection) {
      const place = watched++;
      const part = parts[place % TURNS] as Set<Pulse>;
      const spared = place % (SPARED_TURNS + 1);
      const pulse: Pulse = { socket, connection, alive: true, sentBytes: 0, spared, late: 0 };
      part.add(pulse);
      socket.on("pong", () => {
        pulse.alive = true;
        pulse.late = 0;
      });
      socket.once("close", () => part.delete(pulse));
    },
    stop: () => clearInterval(timer),
  };
}

function beat(pulse: Pulse, lateTurns: number): void {
  const { socket, connection, alive, sentBytes, spared } = pulse;
  if (!alive) {
    if (connection.writableLength > 0 && pulse.late < lateTurns) pulse.late++;
    else socket.terminate();
    return;
  }
  if (socket.readyState !== socket.OPEN) return;
  const isBusy = connection.bytesWritten !== sentBytes;
  if (isBusy && spared < SPARED_TURNS) pulse.spared++;
  else {
    pulse.spared = 0;
    pulse.alive = false;
    // The library encodes each ping anew, which takes as long as to send an event (stream/websocket-frame.ts).
    connection.write(PING);
  }
  pulse.sentBytes = connection.bytesWritten;
}
