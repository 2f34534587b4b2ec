// Draws the dashboard, in the language and the formats that were chosen.
import { createRoot } from "react-dom/client";
import { startAlarms } from "./alarm/alarms.ts";
import { AlarmsContext } from "./alarm/use-alarms.ts";
import { App } from "./app.tsx";
import type { Frames } from "./live/frames.ts";
import { startLive } from "./live/live.ts";
import { LiveContext } from "./live/use-live.ts";
import { ignoreHeldEnter } from "./parts/held-enter.ts";
import { chooseFormats } from "./text/format.ts";
import { browserLanguage, localeOf, readPreferences } from "./text/preferences.ts";
import { loadWords } from "./text/words.ts";
import { startViewer } from "./viewer/viewers.ts";

export async function start(frames: Frames): Promise<void> {
  const live = startLive(frames);
  const { language = browserLanguage(navigator.languages), ...formatting } = readPreferences();
  document.documentElement.lang = language;
  chooseFormats({ locale: localeOf(language, navigator.languages), ...formatting });
  await loadWords(language);
  ignoreHeldEnter();
  startViewer(live.client);
  const root = document.getElementById("dashboard");
  if (root)
    createRoot(root).render(
      <LiveContext value={live}>
        <AlarmsContext value={startAlarms(live.client)}>
          <App />
        </AlarmsContext>
      </LiveContext>,
    );
}
