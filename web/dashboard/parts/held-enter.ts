// A held Enter presses once: browsers send a form, or press a button, with each repetition of the key.

export function ignoreHeldEnter(): void {
  addEventListener("keydown", (event) => {
    if (event.repeat && event.key === "Enter") event.preventDefault();
  });
}
