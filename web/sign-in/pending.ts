// A sign-in that waits for its provider: what was left behind in the tab, and the way back to the place that was left.

export interface PendingSignIn {
  readonly state: string;
  readonly nonce: string;
  /** Of PKCE. */
  readonly verifier: string;
}

/** The answer of a provider, which it gives in the address. */
export interface ProviderAnswer {
  readonly parameters: URLSearchParams;
  readonly pending: PendingSignIn;
}

interface Stored extends PendingSignIn {
  /** The query and the hash of the page that was left. */
  readonly place: string;
}

/** Parameters of an answer, which are never left in the address. */
const PARAMETERS = [
  "code",
  "state",
  "error",
  "error_description",
  "error_uri",
  "iss",
  "session_state",
];

export function createPendingStore(storage: () => Storage, key: () => string) {
  return {
    put(pending: PendingSignIn, place: string): void {
      const stored: Stored = { ...pending, place };
      storage().setItem(key(), JSON.stringify(stored));
    },
    /**
     * The answer in the address, where the address is one and this tab awaits it. The address is replaced by the place that
     * was left; of an answer that is not awaited nothing stays.
     */
    take(): ProviderAnswer | undefined {
      const parameters = new URLSearchParams(location.search);
      if (!parameters.has("state") || !(parameters.has("code") || parameters.has("error")))
        return undefined;
      const text = storage().getItem(key());
      storage().removeItem(key());
      const stored = text === null ? undefined : (JSON.parse(text) as Stored);
      if (stored === undefined || stored.state !== parameters.get("state")) {
        showPlace(withoutAnswer(parameters) + location.hash);
        return undefined;
      }
      const { place, ...pending } = stored;
      showPlace(place);
      return { parameters, pending };
    },
  };
}

export type PendingStore = ReturnType<typeof createPendingStore>;

const showPlace = (place: string) => history.replaceState(null, "", location.pathname + place);

function withoutAnswer(parameters: URLSearchParams): string {
  const rest = new URLSearchParams(parameters);
  for (const name of PARAMETERS) rest.delete(name);
  return rest.size === 0 ? "" : `?${rest}`;
}
