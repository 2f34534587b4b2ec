// A field for an instant that the address has, in RFC 3339.
import { useEffect, useState } from "react";
import { useParams } from "../route/use-place.ts";
import { formats } from "../text/format.ts";
import { draftOf, type InstantDraft, NO_INSTANT, readInstant } from "../text/instant.ts";
import { InstantField } from "./instant-field.tsx";

interface InstantParamProps {
  /** Of the choice in the address. */
  readonly name: string;
  readonly label: string;
  /** Undefined: none is chosen. */
  readonly value: string | undefined;
}

export function InstantParam({ name, label, value }: InstantParamProps) {
  const [, changeParams] = useParams();
  const [draft, setDraft] = useState<InstantDraft>(() => instantDraft(value));
  const read = readInstant(draft, formats.timeZone);
  const written = "ms" in read ? new Date(read.ms).toISOString() : undefined;
  useEffect(() => {
    // Back, or a press, chose another one.
    setDraft((now) => {
      const known = readInstant(now, formats.timeZone);
      const isSame = "ms" in known && value !== undefined && known.ms === Date.parse(value);
      return isSame || (value === undefined && !("ms" in known)) ? now : instantDraft(value);
    });
  }, [value]);
  return (
    <InstantField
      {...{ label, isRequired: false, value: draft }}
      put={(next) => {
        setDraft(next);
        const given = readInstant(next, formats.timeZone);
        const chosen = "ms" in given ? new Date(given.ms).toISOString() : undefined;
        if (chosen !== written) changeParams({ [name]: chosen }, "replace");
      }}
    />
  );
}

const instantDraft = (value: string | undefined): InstantDraft =>
  value === undefined ? NO_INSTANT : draftOf(Date.parse(value));
