// The application: one view for each address, with a header and the token dialog.
import { useEffect } from "react";
import { TokenDialog } from "./api/token-dialog.tsx";
import { AssetView } from "./asset/asset-view.tsx";
import { FleetView } from "./fleet/fleet-view.tsx";
import iconUrl from "./icon.svg";
import type { ConnectionState } from "./live/connection.ts";
import { ConnectionBadge } from "./live/connection-badge.tsx";
import { useLive } from "./live/use-live.ts";
import { FLEET_ADDRESS, useRoute } from "./route/use-route.ts";

export function App() {
  const assetId = useRoute();
  return (
    <>
      <header className="top">
        <a className="brand" href={FLEET_ADDRESS}>
          <img src={iconUrl} alt="" width="28" height="28" />
          Mando
        </a>
        <nav aria-label="Pages">
          <a href="graphql">GraphQL</a>
          <a href="docs">REST</a>
        </nav>
        <ConnectionBadge />
      </header>
      <main>
        <View key={assetId} assetId={assetId} />
      </main>
      <TokenDialog />
    </>
  );
}

/** The view of an address; each begins at its top. */
function View({ assetId }: { assetId: string | undefined }) {
  useEffect(() => {
    scrollTo(0, 0);
  }, []);
  const { fleet, connection } = useLive();
  if (fleet?.totals === undefined) return <Waiting state={connection.state()} />;
  if (assetId !== undefined) return <AssetView id={assetId} />;
  return <FleetView fleet={fleet} totals={fleet.totals} />;
}

function Waiting({ state }: { state: ConnectionState }) {
  if (state.kind === "obstructed")
    return (
      <div className="card" role="alert">
        <h2>The fleet cannot be shown live</h2>
        <p>{state.reason}</p>
      </div>
    );
  return (
    <div className="waiting" role="status">
      <div className="skeleton tall" />
      <div className="skeleton" />
      <div className="skeleton" />
      <p className="muted">Waiting for the fleet. It shows as soon as the server answers.</p>
    </div>
  );
}
