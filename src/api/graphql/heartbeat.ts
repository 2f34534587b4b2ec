// Pings for all WebSockets from one timer, so that a client that is gone without a word is noticed.
import type { WebSocket } from "ws";

/**
 * Parts into which sockets are divided, pinged in turn: one timer each costs more, all at once would stall ticks.
 * Neighbours go to different parts, as thousands come within a second where a server is started again.
 */
const TURNS = 20;

export interface Heartbeat {
  /** Pings a socket until it closes, and ends it where it does not answer in time. */
  watch(socket: WebSocket): void;
  stop(): void;
}

interface Pulse {
  readonly socket: WebSocket;
  alive: boolean;
}

/** @param everyMs How often each socket is pinged, and how long it may take to answer. */
export function createHeartbeat(everyMs: number): Heartbeat {
  const parts = Array.from({ length: TURNS }, () => new Set<Pulse>());
  let turn = 0;
  let watched = 0;
  const timer = setInterval(() => {
    turn = (turn + 1) % TURNS;
    for (const pulse of parts[turn] as Set<Pulse>) beat(pulse);
  }, everyMs / TURNS).unref();

  return {
    watch(socket) {
      const part = parts[watched++ % TURNS] as Set<Pulse>;
      const pulse: Pulse = { socket, alive: true };
      part.add(pulse);
      socket.on("pong", () => {
        pulse.alive = true;
      });
      socket.once("close", () => part.delete(pulse));
    },
    stop: () => clearInterval(timer),
  };
}

function beat(pulse: Pulse): void {
  if (!pulse.alive) {
    pulse.socket.terminate();
    return;
  }
  pulse.alive = false;
  pulse.socket.ping();
}
