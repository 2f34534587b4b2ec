// The dashboard of the fleet: a client of the public API alone.
import "./dashboard/style/base.css";
import "./dashboard/style/shell.css";
import "./dashboard/style/figures.css";
import "./dashboard/style/fleet.css";
import "./dashboard/style/chart.css";
import "./dashboard/style/asset.css";
import "./dashboard/style/schedule.css";
import { createRoot } from "react-dom/client";
import { App } from "./dashboard/app.tsx";
import { startLive } from "./dashboard/live/live.ts";
import { LiveContext } from "./dashboard/live/use-live.ts";

const root = document.getElementById("dashboard");
if (root)
  createRoot(root).render(
    <LiveContext value={startLive()}>
      <App />
    </LiveContext>,
  );
