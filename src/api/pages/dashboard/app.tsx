import { useEffect } from "react";
import { AssetView } from "./asset-view.tsx";
import { ConnectionBadge } from "./connection-badge.tsx";
import { FleetView } from "./fleet-view.tsx";
import iconUrl from "./icon.svg";
import { TokenDialog } from "./token-dialog.tsx";
import { useLive } from "./use-live.ts";
import { FLEET_ADDRESS, useRoute } from "./use-route.ts";

export function App() {
  const assetId = useRoute();
  // biome-ignore lint/correctness/useExhaustiveDependencies: every view begins at its top.
  useEffect(() => {
    scrollTo(0, 0);
  }, [assetId]);
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
        <View assetId={assetId} />
      </main>
      <TokenDialog />
    </>
  );
}

function View({ assetId }: { assetId: string | undefined }) {
  const { fleet } = useLive();
  if (fleet?.totals === undefined) return <Waiting />;
  if (assetId !== undefined) return <AssetView key={assetId} id={assetId} />;
  return <FleetView fleet={fleet} totals={fleet.totals} />;
}

function Waiting() {
  return (
    <div className="waiting" role="status">
      <div className="skeleton tall" />
      <div className="skeleton" />
      <div className="skeleton" />
      <p className="muted">Waiting for the fleet. It shows as soon as the server answers.</p>
    </div>
  );
}
