import { describe, expect, test } from "vitest";
import { preferredMedia } from "../../../src/api/transport/accept.ts";

const OFFERED = ["application/json", "text/csv", "text/html"] as const;

describe("the media type of a response", () => {
  test.each([
    [undefined, "application/json"],
    ["", "application/json"],
    ["*/*", "application/json"],
    ["*", "application/json"],
    ["text/csv", "text/csv"],
    ["TEXT/CSV; header=present", "text/csv"],
    ["text/*", "text/csv"],
    ["text/csv, application/json", "text/csv"],
    ["application/json, text/csv", "application/json"],
    ["text/csv;q=0.5, application/json;q=0.9", "application/json"],
    ["text/csv;q=0.5, */*", "application/json"],
    ["*/*, text/csv", "text/csv"],
    ["*/*;q=0.1, text/html;q=0.2", "text/html"],
    ["application/json;q=0, */*;q=0.1", "text/csv"],
    ["text/csv;q=0, text/*", "text/html"],
    ["application/xml, */*;q=0.1", "application/json"],
    ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"],
    ["application/xml", undefined],
    ["image/*, application/xml;q=0.5", undefined],
    ["text/csv;q=0", undefined],
    ["*/*;q=0", undefined],
    ["json", undefined],
  ])("of Accept %j is %s", (accept, type) => {
    expect(preferredMedia(accept, OFFERED)).toBe(type);
  });
});
