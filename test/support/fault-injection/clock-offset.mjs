// Preloaded into the program under test: adds to its wall clock what the file named by CLOCK_OFFSET_FILE says, in ms.
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
