// The choice of a scope: the scopes that the present one inherits from, and the way to a site or an asset by its name.
import { useId, useState } from "react";
import { useLive } from "../live/use-live.ts";
import { useParams } from "../route/use-place.ts";
import { words } from "../text/words.ts";
import { chainOf, offeredScopes, scopeName } from "./scope.ts";
import { scopeAddress } from "./settings-params.ts";

export function ScopeChooser({ scope }: { scope: string }) {
  const { fleet } = useLive();
  const [params, changeParams] = useParams();
  const [text, setText] = useState("");
  const hintId = useId();
  const offered = offeredScopes(fleet, text);
  return (
    <div className="scope">
      <nav className="crumbs" aria-label={words.settings.scope}>
        {chainOf(scope, fleet).map((one) => (
          <a
            key={one}
            href={scopeAddress(params, one)}
            aria-current={one === scope ? "true" : undefined}
          >
            {scopeName(one, fleet)}
          </a>
        ))}
      </nav>
      <fieldset className="picker" aria-label={words.settings.chooseScope}>
        <input
          type="search"
          aria-label={words.settings.chooseScope}
          aria-describedby={hintId}
          placeholder={words.settings.chooseScope}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
        <p id={hintId} className="hint muted" role="status">
          {text.trim() !== "" && offered.length === 0 && words.settings.noScope}
        </p>
        <ul>
          {offered.map(({ scope: one, name }) => (
            <li key={one}>
              <button
                type="button"
                onClick={() => {
                  changeParams({ scope: one });
                  setText("");
                }}
              >
                {name}
              </button>
            </li>
          ))}
        </ul>
      </fieldset>
    </div>
  );
}
