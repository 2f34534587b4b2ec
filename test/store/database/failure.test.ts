// The failure of a database that cannot be written to: the known cause, without the words of the driver.
import { expect, test } from "vitest";
import { unavailable } from "../../../src/store/database/client.ts";
import { writeFailureOf } from "../../../src/store/database/failure.ts";

const failure = (code: string, message = "of someone:s3cret") =>
  Object.assign(new Error(message), { code });

test.each([
  [failure("53100"), /^its disk is full: free space/],
  [failure("58030", 'could not extend file "base/5/16": No space left on device'), /disk is full/],
  [failure("53300"), /too many connections\): raise max_connections/],
  [failure("25006"), /^it is read-only/],
  [failure("28P01"), /refuses the user or the password/],
  [failure("ECONNREFUSED"), /^nothing listens there/],
])("%s is named, also behind a fault", (error, reason) => {
  expect(writeFailureOf(error)).toMatch(reason);
  expect(writeFailureOf(unavailable(error))).toMatch(reason);
  expect(writeFailureOf(error)).not.toMatch(/s3cret|base/);
});

test("a cause that is not known is not shown", () => {
  expect(writeFailureOf(failure("XX000"))).toBeUndefined();
});
