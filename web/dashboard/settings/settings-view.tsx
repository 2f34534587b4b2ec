// The page of the settings: those of a scope in groups, searched and changed, or as of an instant.

import { type RefObject, useEffect, useRef } from "react";
import { rolesFor } from "../../sign-in/viewer.ts";
import { useLive } from "../live/use-live.ts";
import { FindParam } from "../parts/find-param.tsx";
import { InstantParam } from "../parts/instant-param.tsx";
import { Said } from "../parts/said.tsx";
import { useParams } from "../route/use-place.ts";
import { formats } from "../text/format.ts";
import { termOf, words } from "../text/words.ts";
import { useIsOffered } from "../viewer/viewers.ts";
import { readRightOf } from "./scope.ts";
import { ScopeChooser } from "./scope-chooser.tsx";
import { groupsOf, isFound } from "./setting-groups.ts";
import { SettingItem } from "./setting-item.tsx";
import { choiceOf, type SettingsChoice } from "./settings-params.ts";
import { useSettings } from "./use-settings.ts";

const TITLE = "settings-title";

export function SettingsView() {
  const [params] = useParams();
  const choice = choiceOf(params);
  const { scope, asOf } = choice;
  const { fleet } = useLive();
  const { action, place } = readRightOf(scope, fleet);
  const isOffered = useIsOffered(action, place);
  // The setting that the address had at first, which may be far down.
  const sought = useRef(choice.openId);
  return (
    <section className="card settings" aria-labelledby={TITLE}>
      <h1 id={TITLE}>{words.settings.title}</h1>
      <ScopeChooser scope={scope} />
      <Filters choice={choice} />
      {isOffered ? (
        <SettingList key={`${scope} ${asOf}`} choice={choice} sought={sought} />
      ) : (
        <p className="notice">
          {words.signIn.needsRole(formats.either(rolesFor(action).map(termOf)))}
        </p>
      )}
    </section>
  );
}

function Filters({ choice: { asOf } }: { choice: SettingsChoice }) {
  const [, changeParams] = useParams();
  return (
    <search className="settings-filters">
      <FindParam label={words.settings.find} hint={words.settings.findHint} />
      <InstantParam name="at" label={words.settings.asOf} value={asOf} />
      <button
        type="button"
        disabled={asOf === undefined}
        onClick={() => changeParams({ at: undefined })}
      >
        {words.settings.now}
      </button>
    </search>
  );
}

interface SettingListProps {
  readonly choice: SettingsChoice;
  /** The id of a setting that is to be in sight once. */
  readonly sought: RefObject<string | undefined>;
}

function SettingList({ choice, sought }: SettingListProps) {
  const { scope, asOf, search, openId } = choice;
  const { settings, error, apply } = useSettings(scope, asOf);
  const [, changeParams] = useParams();
  const isListed = settings !== undefined;
  useEffect(() => {
    if (!isListed || sought.current === undefined) return;
    document.getElementById(`setting-${sought.current}`)?.scrollIntoView();
    sought.current = undefined;
  }, [isListed, sought]);
  const found = search === "" ? settings : settings?.filter((one) => isFound(one, search));
  return (
    <>
      {asOf !== undefined && (
        <p className="notice">{words.settings.asStored(formats.moment(Date.parse(asOf)))}</p>
      )}
      {error !== undefined && (
        <p role="alert">
          <Said text={error} />
        </p>
      )}
      {settings === undefined && error === undefined && <div className="skeleton tall" />}
      {settings !== undefined && (
        <p className="muted" role="status">
          {countText(settings.length, search === "" ? undefined : (found?.length ?? 0))}
        </p>
      )}
      {groupsOf(found ?? []).map((group) => (
        <section key={group.name} aria-labelledby={`group-${group.name}`}>
          <h2 id={`group-${group.name}`}>{words.settings.groups[group.name]}</h2>
          <ul className="setting-list">
            {group.settings.map((setting) => (
              <SettingItem
                key={setting.id}
                setting={setting}
                isPresent={asOf === undefined}
                onKnown={apply}
                isOpen={setting.id === openId}
                open={(isOpen) => changeParams({ id: isOpen ? setting.id : undefined }, "replace")}
              />
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

/** @param found Undefined: nothing is searched. */
function countText(all: number, found: number | undefined): string {
  if (all === 0) return words.settings.noneHere;
  if (found === undefined) return words.settings.shown(formats.count(all));
  return words.settings.found(formats.count(found), formats.count(all));
}
