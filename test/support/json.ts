/** What an answer holds, as it was parsed. What that is, tests find out: a field that is not there fails them. */
export type Json = ReturnType<typeof JSON.parse>;
