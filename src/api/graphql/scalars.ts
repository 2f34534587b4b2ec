import { z } from "zod";
import { builder } from "./builder.ts";
import { refusal } from "./errors.ts";

const Rfc3339 = z.iso.datetime({ offset: true });

builder.scalarType("DateTime", {
  description: "An instant: RFC 3339, written in UTC with milliseconds, read with any offset.",
  specifiedByURL: "https://www.rfc-editor.org/rfc/rfc3339",
  serialize: (instantMs) => new Date(instantMs).toISOString(),
  parseValue(value) {
    const parsed = Rfc3339.safeParse(value);
    if (parsed.success) return Date.parse(parsed.data);
    throw refusal(
      "BAD_INPUT",
      `an instant is written like 2026-11-20T12:00:00Z, not ${JSON.stringify(value)}`,
    );
  },
});
