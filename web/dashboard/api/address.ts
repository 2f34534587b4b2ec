// Addresses of the server, also behind the prefix of a proxy.
/** An address of the server, also behind the prefix of a proxy. */
export function addressOf(path: string): string {
  return new URL(path, document.baseURI).href;
}

/** The address of the WebSocket of subscriptions. */
export function subscriptionsAddress(): string {
  return addressOf("graphql").replace(/^http/, "ws");
}
