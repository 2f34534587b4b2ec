// The dashboard of the fleet: a client of the public API alone. The fleet is read while the page itself is loaded.
import "uplot/dist/uPlot.min.css";
import "./dashboard/style/base.css";
import "./dashboard/style/shell.css";
import "./dashboard/style/figures.css";
import "./dashboard/style/fleet.css";
import "./dashboard/style/chart.css";
import "./dashboard/style/timeline.css";
import "./dashboard/style/asset.css";
import "./dashboard/style/schedule.css";
import "./dashboard/style/alarm.css";
import "./dashboard/style/site.css";
import "./dashboard/style/forms.css";
import "./dashboard/style/audit.css";
import "./dashboard/style/settings.css";
import { startFrames } from "./dashboard/live/frames.ts";
import { access } from "./sign-in/page-access.ts";

// The address may be the answer of a provider: it is replaced before the pages read it.
access.start();
const frames = startFrames(access);
const { start } = await import("./dashboard/start.tsx");
await start(frames);
