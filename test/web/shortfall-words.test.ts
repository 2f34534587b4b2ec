import { expect, test } from "vitest";
import { shortfallWords } from "../../web/dashboard/dispatch/shortfall-words.ts";

const shortfall = {
  from: "2026-11-20T12:00:00.000Z",
  missingMwhr: 4.2,
  limitedBy: "ENERGY" as const,
  reason: "CANCEL" as const,
};

test("a promise at risk says what will be missing, from when and why", () => {
  for (const status of ["ACCEPTED", "ACTIVE"] as const)
    expect(shortfallWords(status, shortfall)).toMatch(
      /^Promise at risk: 4\.20? MWh will be missing from .+, limited by energy: a dispatch was cancelled, or the schedule replaced\.$/,
    );
  expect(shortfallWords("ACTIVE", { ...shortfall, missingMwhr: null })).toMatch(
    /^Promise at risk: energy will be missing from /,
  );
});

test("a dispatch that lacked energy says so once it has ended", () => {
  const noTick = { ...shortfall, limitedBy: null, reason: "SERVER_DOWN" as const };
  expect(shortfallWords("COMPLETED", noTick)).toMatch(
    /^Ended short: 4\.20? MWh was missing from [^,]*(, [^l][^,]*)*: the server did not run for a while\.$/,
  );
  expect(shortfallWords("SUPERSEDED", shortfall)).toMatch(/^Delivered less: /);
});
