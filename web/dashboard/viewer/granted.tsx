// A part of a page for those whose role allows it. Others see which roles do, or nothing of it.
import type { ReactNode } from "react";
import { type Action, type ActionPlace, rolesFor } from "../../sign-in/viewer.ts";
import { formats } from "../text/format.ts";
import { termOf, words } from "../text/words.ts";
import { useIsOffered } from "./viewers.ts";

interface GrantedProps {
  readonly action: Action;
  readonly place?: ActionPlace;
  /** The heading of a card that stands in its place; left out: nothing does. */
  readonly title?: string;
  readonly children: ReactNode;
}

export function Granted({ action, place, title, children }: GrantedProps) {
  if (useIsOffered(action, place)) return children;
  if (title === undefined) return null;
  return (
    <section className="card" aria-label={title}>
      <h2>{title}</h2>
      <p className="muted">
        {words.signIn.needsRole(formats.either(rolesFor(action).map(termOf)))}
      </p>
    </section>
  );
}
