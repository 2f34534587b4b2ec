/** An address of the server, wherever a proxy has put this page. */
export function addressOf(path: string): string {
  return new URL(path, document.baseURI).href;
}

/** Of the WebSocket of subscriptions. */
export function subscriptionsAddress(): string {
  return addressOf("graphql").replace(/^http/, "ws");
}
