// What alarms mean, in the language of the page.
import { words } from "../text/words.ts";

/** What an alarm means; the server says the values in English. undefined where the pages do not know the code. */
export const meaningOf = (code: string) =>
  (words.alarmMeanings as Readonly<Record<string, string | undefined>>)[code];
