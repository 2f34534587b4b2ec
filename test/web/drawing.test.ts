// When the parts of a page draw: one picture of the screen each, and none for a change that was not drawn yet.
import { beforeEach, describe, expect, test, vi } from "vitest";
import { createDrawing, type Drawing, type Part } from "../../web/dashboard/live/drawing.ts";

let pictures: (() => void)[];
let drawn: Part[];
let drawing: Drawing;
beforeEach(() => {
  pictures = [];
  drawn = [];
  vi.stubGlobal("requestAnimationFrame", (picture: () => void) => pictures.push(picture));
  drawing = createDrawing();
  for (const part of ["table", "figures", "chart"] as const)
    drawing.watch(part, () => drawn.push(part));
});

/** Draws the next picture of the screen, and returns the parts that were drawn in it. */
function draw(): Part[] {
  drawn = [];
  for (const picture of pictures.splice(0)) picture();
  return drawn;
}

describe("the parts of a page", () => {
  test("draw one after the other, and then no more", () => {
    drawing.request();
    expect([draw(), draw(), draw(), draw()]).toEqual([["figures"], ["chart"], ["table"], []]);
    expect(drawing.version("table")).toBe(1);
  });

  test("draw once for many changes before a picture", () => {
    for (let n = 0; n < 100; n++) drawing.request();
    expect([draw(), draw(), draw(), draw()].flat()).toHaveLength(3);
  });

  test("draw again what was drawn before a change", () => {
    drawing.request();
    draw();
    drawing.request();
    expect([draw(), draw(), draw(), draw()]).toEqual([["chart"], ["table"], ["figures"], []]);
  });

  test("draw no more for a listener that has left", () => {
    const listener = vi.fn();
    drawing.watch("figures", listener)();
    drawing.request();
    draw();
    expect(listener).not.toHaveBeenCalled();
  });
});
