// When a subscription has begun, which the protocol does not say.
import type { Client } from "graphql-ws";

/**
 * Calls the listener whenever all that was subscribed to before on this client has begun: once now, and once for each
 * new connection. The server takes the messages of a connection in order, so that its answer to a query says so.
 *
 * @returns A function that ends it.
 */
export function watchBegin(client: Client, onBegun: () => void): () => void {
  let isAnswered = false;
  let end = look();

  function look(): () => void {
    isAnswered = false;
    const answered = () => {
      isAnswered = true;
      onBegun();
    };
    return client.subscribe(
      { query: "{ __typename }" },
      {
        next: answered,
        // A refusal is an answer too; after a closed socket the subscription begins again, and so does this.
        error: (error) => Array.isArray(error) && answered(),
        complete() {},
      },
    );
  }

  const unlisten = client.on("connected", () => {
    // One that is not answered yet is sent again by the client.
    if (isAnswered) end = look();
  });
  return () => {
    unlisten();
    end();
  };
}
