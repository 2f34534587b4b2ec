// The dashboard of the fleet: a client of the public API alone.
import "./dashboard/style/base.css";
import "./dashboard/style/shell.css";
import "./dashboard/style/figures.css";
import "./dashboard/style/fleet.css";
import "./dashboard/style/chart.css";
import "./dashboard/style/asset.css";
import "./dashboard/style/schedule.css";
import "./dashboard/style/timeline.css";
import { createRoot } from "react-dom/client";
import { App } from "./dashboard/app.tsx";
import { startLive } from "./dashboard/live/live.ts";
import { LiveContext } from "./dashboard/live/use-live.ts";
import { chooseFormats } from "./dashboard/text/format.ts";
import { browserLanguage, localeOf, readPreferences } from "./dashboard/text/preferences.ts";
import { loadWords } from "./dashboard/text/words.ts";

const live = startLive();
const { language = browserLanguage(navigator.languages), ...formatting } = readPreferences();
document.documentElement.lang = language;
chooseFormats({ locale: localeOf(language, navigator.languages), ...formatting });
await loadWords(language);

const root = document.getElementById("dashboard");
if (root)
  createRoot(root).render(
    <LiveContext value={live}>
      <App />
    </LiveContext>,
  );
