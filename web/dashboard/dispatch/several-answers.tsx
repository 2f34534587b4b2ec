// What became of a dispatch of several assets: a count, and a line for each, those that were refused first.
import { Said } from "../parts/said.tsx";
import { assetAddress } from "../route/place.ts";
import { formats } from "../text/format.ts";
import { words } from "../text/words.ts";
import type { Answered } from "./send-several.ts";

export function SeveralAnswers({ answered }: { answered: Answered }) {
  if ("failure" in answered)
    return (
      <p className="outcome bad" role="alert">
        <Said text={answered.failure} />
      </p>
    );
  const refused = answered.answers.filter(({ isAccepted }) => !isAccepted);
  const accepted = answered.answers.filter(({ isAccepted }) => isAccepted);
  return (
    <div
      className={`outcome ${refused.length === 0 ? "good" : "bad"}`}
      ref={(it) => it?.scrollIntoView({ block: "nearest" })}
    >
      <p role="status">
        {words.several.counts(formats.count(accepted.length), formats.count(refused.length))}
      </p>
      <ul className="answers">
        {[...refused, ...accepted].map(({ id, name, isAccepted, message }) => (
          <li key={id} className={isAccepted ? "accepted" : "refused"}>
            <a href={assetAddress(id)}>{name}</a>{" "}
            <span>
              <Said text={message} />
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
