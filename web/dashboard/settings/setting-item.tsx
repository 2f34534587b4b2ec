// One setting: a line with its value, that opens with what is known of it, the form that changes it, and its history.
import { rolesFor } from "../../sign-in/viewer.ts";
import { useSteadyLive } from "../live/use-live.ts";
import { formats } from "../text/format.ts";
import { termOf, words } from "../text/words.ts";
import { useIsOffered } from "../viewer/viewers.ts";
import { sourceText } from "./in-force.ts";
import { rightOf, scopeName } from "./scope.ts";
import { SettingChanges } from "./setting-changes.tsx";
import { SettingFacts } from "./setting-facts.tsx";
import { nameOf, type Setting } from "./setting-groups.ts";
import { SettingHistory } from "./setting-history.tsx";
import { valueText } from "./value-text.ts";

interface SettingItemProps {
  readonly setting: Setting;
  /** Whether it is the present, which alone can be changed. */
  readonly isPresent: boolean;
  /** Shows the setting as it is known to be now. */
  readonly onKnown: (now: Setting) => void;
}

interface OpenableProps extends SettingItemProps {
  readonly isOpen: boolean;
  readonly open: (isOpen: boolean) => void;
}

export function SettingItem({ isOpen, open, ...props }: OpenableProps) {
  const { id, description, value, unit, invalid, isOverriddenBy } = props.setting;
  const { fleet } = useSteadyLive();
  const look = isOverriddenBy === null ? "" : "warning";
  return (
    <li id={`setting-${id}`}>
      <details
        open={isOpen}
        onToggle={({ currentTarget }) => {
          // It fires too where the address opened it.
          if (currentTarget.open !== isOpen) open(currentTarget.open);
        }}
      >
        <summary>
          <span className="name">
            <strong>{nameOf(id)}</strong>
            <small className="muted" lang="en">
              {description}
            </small>
          </span>
          <span className="value">{valueText(value, unit)}</span>
          <span className="sources">
            {invalid.length > 0 && (
              <span className="pill critical">{words.settings.isInvalid}</span>
            )}
            <span className={`pill ${look}`}>{sourceText(props.setting, fleet)}</span>
          </span>
        </summary>
        {isOpen && <Details {...props} />}
      </details>
    </li>
  );
}

function Details({ setting, isPresent, onKnown }: SettingItemProps) {
  const { fleet } = useSteadyLive();
  const { action, place } = rightOf(setting.scope, fleet);
  const isOffered = useIsOffered(action, place);
  const roles = formats.either(rolesFor(action).map(termOf));
  return (
    <div className="setting-details">
      <SettingFacts setting={setting} />
      {!isOffered && (
        <p className="notice">{words.settings.readOnly(roles, scopeName(setting.scope, fleet))}</p>
      )}
      {isPresent && isOffered ? (
        <SettingChanges {...{ setting, onKnown }} />
      ) : (
        <SettingHistory setting={setting} onRollback={undefined} />
      )}
    </div>
  );
}
