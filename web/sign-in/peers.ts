// The other tabs of this server, which share a sign-in: a refresh token is used once, and a sign-out ends it in all of them.
import type { Credential } from "./credential.ts";

type Message =
  | { readonly kind: "wanted" }
  | { readonly kind: "held"; readonly credential: Credential }
  | { readonly kind: "signed-out" };

export interface Peers {
  /** Calls `onHeld` with each credential of a provider that another tab has, and `onSignedOut`. */
  listen(handlers: PeerHandlers): void;
  share(credential: Credential): void;
  /** Requests the credential of other tabs. Settles once one came that is newer, or none within a moment. */
  newerThan(obtainedAtMs: number): Promise<Credential | undefined>;
  signedOut(): void;
}

interface PeerHandlers {
  onHeld(credential: Credential): void;
  onSignedOut(): void;
  /** The own credential, to give to another tab. */
  own(): Credential | undefined;
}

/** For how long other tabs are waited for, in ms. */
const ANSWER_MS = 300;

/** @param name The same for all pages of one server. */
export function createPeers(name: () => string): Peers {
  let channel: BroadcastChannel | undefined;
  const waiting = new Set<(credential: Credential) => void>();
  const post = (message: Message) => channel?.postMessage(message);

  return {
    listen({ onHeld, onSignedOut, own }) {
      channel = new BroadcastChannel(name());
      channel.onmessage = ({ data }: MessageEvent<Message>) => {
        if (data.kind === "signed-out") onSignedOut();
        else if (data.kind === "held") {
          onHeld(data.credential);
          for (const listener of waiting) listener(data.credential);
        } else {
          const credential = own();
          if (credential !== undefined) post({ kind: "held", credential });
        }
      };
    },
    share: (credential) => post({ kind: "held", credential }),
    newerThan(obtainedAtMs) {
      return new Promise((resolve) => {
        const end = (credential?: Credential) => {
          clearTimeout(timer);
          waiting.delete(look);
          resolve(credential);
        };
        const look = (credential: Credential) => {
          if (credential.obtainedAtMs > obtainedAtMs) end(credential);
        };
        const timer = setTimeout(end, ANSWER_MS);
        waiting.add(look);
        post({ kind: "wanted" });
      });
    },
    signedOut: () => post({ kind: "signed-out" }),
  };
}
