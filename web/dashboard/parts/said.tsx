// A text in which what the server wrote is marked as English, so that it is read so.
import { partsOfText } from "../text/server-text.ts";

export function Said({ text }: { readonly text: string }) {
  return partsOfText(text).map(({ text: part, isServer }, index) =>
    isServer ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other key
      <span key={index} lang="en">
        {part}
      </span>
    ) : (
      part
    ),
  );
}
