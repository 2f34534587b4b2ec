// Preloaded into the program under test: adds the offset in the file CLOCK_OFFSET_FILE to its wall clock, in ms.
import { readFileSync } from "node:fs";

const file = process.env.CLOCK_OFFSET_FILE;
const realNow = Date.now.bind(Date);
let offsetMs = 0;

function read() {
  try {
    offsetMs = Number(readFileSync(file, "utf8")) || 0;
  } catch {
    offsetMs = 0;
  }
}

read();
setInterval(read, 20).unref();
Date.now = () => realNow() + offsetMs;
