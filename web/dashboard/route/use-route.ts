// A hook for the route in the address.
import { useSyncExternalStore } from "react";

export const FLEET_ADDRESS = "#/";

export const assetAddress = (id: string) => `#/asset/${id}`;

/** The asset that the address names; undefined where it names the fleet. */
export function useRoute(): string | undefined {
  const hash = useSyncExternalStore(watchHash, () => location.hash);
  return /^#\/asset\/([\w-]+)$/.exec(hash)?.[1];
}

function watchHash(listener: () => void): () => void {
  addEventListener("hashchange", listener);
  return () => removeEventListener("hashchange", listener);
}
