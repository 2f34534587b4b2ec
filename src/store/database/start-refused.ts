// The refusal of a start with a database.

/** What is stored and what was given do not fit together: the message names the decision that is needed. */
export class StartRefused extends Error {}
