// fast-check as the tests use it: a property that fails is shrunk for a bounded time.
import fc from "fast-check";

/** Shrinking may take hours, and no timeout of a test ends a property without promises. */
const MOST_MS = 120_000;

fc.configureGlobal({ interruptAfterTimeLimit: MOST_MS });

export default fc;
