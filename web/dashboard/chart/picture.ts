// The picture of a chart as PNG: its title, its time with the zone, its drawings and its legend.
import type { Colour } from "../parts/colours.ts";
import { saveFile } from "../parts/save-file.ts";
import { formats } from "../text/format.ts";
import { words } from "../text/words.ts";
import { offsetText } from "../text/zone.ts";
import type { Line } from "./line.ts";
import type { Bounds } from "./span.ts";

interface Picture {
  readonly title: string;
  readonly fileName: string;
  readonly bounds: Bounds;
  /** The lines that are shown. */
  readonly lines: readonly Line[];
  /** The drawings, one below the other, of one width. */
  readonly canvases: readonly HTMLCanvasElement[];
  readonly colour: Colour;
}

const EDGE_PX = 20;
const HEAD_PX = 64;
const ENTRY_PX = 22;
const ENTRY_LEAST_PX = 230;

export async function savePicture(picture: Picture): Promise<void> {
  const canvas = drawPicture(picture);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (blob !== null) saveFile(`${picture.fileName}.png`, blob);
}

function drawPicture({ title, bounds, lines, canvases, colour }: Picture): HTMLCanvasElement {
  const widthPx = Math.max(...canvases.map(({ clientWidth }) => clientWidth));
  const perRow = Math.max(1, Math.floor(widthPx / ENTRY_LEAST_PX));
  const legendPx = Math.ceil(lines.length / perRow) * ENTRY_PX + 12;
  const drawnPx = canvases.reduce((sum, { clientHeight }) => sum + clientHeight + 8, 0);
  const canvas = document.createElement("canvas");
  canvas.width = (widthPx + 2 * EDGE_PX) * devicePixelRatio;
  canvas.height = (HEAD_PX + drawnPx + legendPx + EDGE_PX) * devicePixelRatio;
  const ctx = canvas.getContext("2d");
  if (ctx === null) return canvas;
  ctx.scale(devicePixelRatio, devicePixelRatio);
  ctx.fillStyle = colour("card");
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  ctx.fillStyle = colour("text");
  ctx.font = "600 17px system-ui, sans-serif";
  ctx.fillText(title, EDGE_PX, 28);
  ctx.fillStyle = colour("muted");
  ctx.font = "13px system-ui, sans-serif";
  ctx.fillText(timeWords(bounds), EDGE_PX, 48);
  let top = HEAD_PX;
  for (const one of canvases) {
    ctx.drawImage(one, EDGE_PX, top, one.clientWidth, one.clientHeight);
    top += one.clientHeight + 8;
  }
  lines.forEach((line, index) => {
    const x = EDGE_PX + (index % perRow) * (widthPx / perRow);
    drawEntry(ctx, line, x, top + 16 + Math.floor(index / perRow) * ENTRY_PX, colour);
  });
  return canvas;
}

function drawEntry(
  ctx: CanvasRenderingContext2D,
  { label, dash = [], isSplit, colour: name }: Line,
  x: number,
  y: number,
  colour: Colour,
): void {
  ctx.lineWidth = 3;
  ctx.setLineDash([...dash]);
  const halves = isSplit ? [name, "charge"] : [name, name];
  halves.forEach((half, index) => {
    ctx.strokeStyle = colour(half);
    ctx.beginPath();
    ctx.moveTo(x + index * 11, y - 4);
    ctx.lineTo(x + (index + 1) * 11, y - 4);
    ctx.stroke();
  });
  ctx.fillStyle = colour("text");
  ctx.fillText(label, x + 30, y);
}

/** From and until, with the zone and its offset. */
export function timeWords({ fromMs, untilMs }: Bounds): string {
  const { timeZone } = formats;
  const range = words.dispatch.fromTo(formats.moment(fromMs), formats.moment(untilMs));
  return `${range} (${timeZone}, ${offsetText(untilMs, timeZone)})`;
}
