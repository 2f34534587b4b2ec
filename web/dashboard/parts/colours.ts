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

/** A colour with so much of it on another one, which nothing shines through. */
export const paled = (colour: string, pct: number, ground: string) =>
  `color-mix(in srgb, ${colour} ${pct}%, ${ground})`;

/** A canvas whose pixels are those of the screen, cleared; undefined where it cannot be drawn on. */
export function cleared(canvas: HTMLCanvasElement): CanvasRenderingContext2D | undefined {
  const ctx = canvas.getContext("2d");
  if (ctx === null) return undefined;
  const width = Math.round(canvas.clientWidth * devicePixelRatio);
  const height = Math.round(canvas.clientHeight * devicePixelRatio);
  // A new size costs more than to clear it.
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  ctx.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  ctx.clearRect(0, 0, canvas.width, canvas.height);
  return ctx;
}
