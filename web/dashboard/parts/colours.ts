// Colours of the page for drawings on a canvas.

/** A colour of the page by its name. */
export type Colour = (name: string) => string;

/** The colours that are in force at an element now. */
export function coloursAt(element: HTMLElement): Colour {
  const colours = getComputedStyle(element);
  return (name) => colours.getPropertyValue(`--${name}`).trim();
}

/** A colour that lets so much of its ground through. */
export const faded = (colour: string, opaquePct: number) =>
  `color-mix(in srgb, ${colour} ${opaquePct}%, transparent)`;
