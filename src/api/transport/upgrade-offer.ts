// Requests whose Upgrade header is an offer that the server does not take, such as h2c, are plain requests.
import { IncomingMessage } from "node:http";

const REQUESTED = Symbol("upgrade asked for");

/**
 * A request of which Node learns that it upgrades its connection only where it asks for a WebSocket. RFC 9110 (7.8)
 * lets a server ignore every other offer; Node itself gives all of them to whoever listens for one.
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
