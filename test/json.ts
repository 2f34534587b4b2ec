/** What an answer holds, as it was parsed. What that is, tests find out: a field that is not there fails them. */
// biome-ignore lint/suspicious/noExplicitAny: the compiler cannot know what comes over the wire.
export type Json = any;
