// The dialog of preferences: language, time zone and clock.
import { useState } from "react";
import { Dialog } from "./parts/dialog.tsx";
import { formats } from "./text/format.ts";
import {
  browserLanguage,
  isTimeZone,
  type Preferences,
  readPreferences,
  storePreferences,
} from "./text/preferences.ts";
import { LANGUAGES, words } from "./text/words.ts";

/** The button of the preferences, and their dialog. */
export function PreferencesButton() {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="quiet" onClick={() => setOpen(true)}>
        {words.preferences.title}
      </button>
      <Dialog title={words.preferences.title} isOpen={isOpen} onClose={() => setOpen(false)}>
        <PreferencesForm close={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

function PreferencesForm({ close }: { close: () => void }) {
  const { language = "", timeZone = "", hours = "" } = readPreferences();
  const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const browserName = LANGUAGES[browserLanguage(navigator.languages)];
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save(new FormData(event.currentTarget));
      }}
    >
      <label className="field">
        {words.preferences.language}
        <select name="language" defaultValue={language}>
          <option value="">{words.preferences.asBrowser(browserName)}</option>
          {Object.entries(LANGUAGES).map(([tag, name]) => (
            <option key={tag} value={tag} lang={tag}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        {words.preferences.timeZone}
        <select name="timeZone" defaultValue={timeZone}>
          <option value="">{words.preferences.asBrowser(browserZone)}</option>
          {["UTC", ...Intl.supportedValuesOf("timeZone")].map((zone) => (
            <option key={zone}>{zone}</option>
          ))}
        </select>
      </label>
      <label className="field">
        {words.preferences.clock}
        <select name="hours" defaultValue={hours}>
          <option value="">{words.preferences.asBrowser(formats.time(Date.now()))}</option>
          <option value="12">{words.preferences.hours12}</option>
          <option value="24">{words.preferences.hours24}</option>
        </select>
      </label>
      <div className="actions">
        <button type="button" onClick={close}>
          {words.page.cancel}
        </button>
        <button type="submit" className="primary">
          {words.preferences.save}
        </button>
      </div>
    </form>
  );
}

/** Stores the preferences and loads the page again: the address has everything else that is shown. */
function save(form: FormData): void {
  const [language, timeZone, hours] = ["language", "timeZone", "hours"].map((name) =>
    String(form.get(name)),
  );
  storePreferences({
    ...(language !== "" && { language: language as NonNullable<Preferences["language"]> }),
    ...(isTimeZone(timeZone) && { timeZone }),
    ...(hours !== "" && { hours: hours === "12" ? 12 : 24 }),
  });
  location.reload();
}
