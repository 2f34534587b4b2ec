// The choice of what happens where energy falls short.
import type { ShortfallPolicy } from "../api/operations.ts";
import { words } from "../text/words.ts";

interface PolicyFieldProps {
  readonly policy: ShortfallPolicy;
  readonly choose: (policy: ShortfallPolicy) => void;
}

export function PolicyField({ policy, choose }: PolicyFieldProps) {
  return (
    <fieldset className="field">
      <legend>{words.dispatch.onShortfall}</legend>
      <div className="segments">
        {(["REFUSE", "CURTAIL"] as const).map((one) => (
          <button type="button" key={one} aria-pressed={policy === one} onClick={() => choose(one)}>
            {words.dispatch.policies[one]}
          </button>
        ))}
      </div>
      <small className="muted">{words.dispatch.policyMeanings[policy]}</small>
    </fieldset>
  );
}
