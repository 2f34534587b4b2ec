// Requests whose Upgrade header offers a protocol that the server does not accept, such as h2c: plain requests.
import { IncomingMessage } from "node:http";

const REQUESTED = Symbol("upgrade requested");

/**
 * A request that counts as an upgrade only where it requests a WebSocket. RFC 9110 (7.8) lets a server ignore every
 * other offer; Node itself emits all of them as upgrades once one listener is there.
 */
export class PlainUnlessWebSocket extends IncomingMessage {
  declare private [REQUESTED]: boolean | null;

  get upgrade(): boolean {
    return this[REQUESTED] === true && this.headers.upgrade?.toLowerCase() === "websocket";
  }

  set upgrade(requested: boolean | null) {
    this[REQUESTED] = requested;
  }
}
