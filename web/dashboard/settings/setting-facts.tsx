// What is known of a setting: the value in force and why, the default, the values that it may have, when a change takes effect.
import { useSteadyLive } from "../live/use-live.ts";
import { Fact } from "../parts/fact.tsx";
import { hashOf } from "../route/place.ts";
import { formats } from "../text/format.ts";
import { words } from "../text/words.ts";
import { rationaleText } from "./in-force.ts";
import { scopeName } from "./scope.ts";
import type { Setting } from "./setting-groups.ts";
import { fieldOf } from "./value-field.ts";
import { rangeText, valueText } from "./value-text.ts";

export function SettingFacts({ setting }: { setting: Setting }) {
  const { id, scope, unit, value, jsonSchema, takesEffect } = setting;
  const { fleet } = useSteadyLive();
  const target = `setting:${id}/${scope}`;
  return (
    <>
      <InvalidValues setting={setting} />
      <dl>
        <Fact name={words.settings.inForce}>
          <strong>{valueText(value, unit)}</strong>
        </Fact>
        <Fact name={words.settings.why}>{rationaleText(setting, fleet)}</Fact>
        <Fact name={words.settings.default}>{valueText(setting.default, unit)}</Fact>
        <Fact name={words.settings.range}>{rangeText(fieldOf(jsonSchema), unit)}</Fact>
        <Fact name={words.settings.takesEffect}>
          <span lang="en">{takesEffect}</span>
        </Fact>
        <Fact name={words.settings.name}>{id}</Fact>
      </dl>
      <p>
        <a href={hashOf({ kind: "audit" }, { target })}>{words.settings.inLog}</a>
      </p>
    </>
  );
}

/** Stored values that are not accepted: they are kept, and another one is in force. */
function InvalidValues({ setting: { invalid, unit } }: { setting: Setting }) {
  const { fleet } = useSteadyLive();
  return invalid.map(({ scope, version, value, message }) => (
    <div key={scope} className="notice invalid">
      <p>
        {words.settings.invalid(
          scopeName(scope, fleet),
          formats.count(version),
          valueText(value, unit),
        )}
      </p>
      <p className="muted" lang="en">
        {message}
      </p>
    </div>
  ));
}
