// Why a change of the fleet is refused, in the chosen language as far as its code says it.
import type { ViolationsFragment } from "../api/operations.ts";
import { codeText, serverText } from "../text/server-text.ts";
import { words } from "../text/words.ts";

type Violation = ViolationsFragment["violations"][number];

export function violationWords({ code, field, message }: Violation): string {
  if (code !== "ASSET_INVALID" && code !== "SITE_INVALID") return codeText(code, message);
  return words.notAllowed(serverText(sentenceOf(message, field ?? "")));
}

/** All the reasons of a refusal. */
export const violationsWords = (violations: readonly Violation[]) =>
  violations.map(violationWords).join(" ");

/** A message without the name of its field, which the label has. */
export function sentenceOf(message: string, name: string): string {
  const rest = message.startsWith(`${name} `) ? message.slice(name.length + 1) : message;
  return `${rest.charAt(0).toUpperCase()}${rest.slice(1)}.`.replace(/\.\.$/, ".");
}
