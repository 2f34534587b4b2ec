// Bare HiGHS in a process of its own: reads a model, solves it again and again, and prints times and peak memory.
import { readFileSync } from "node:fs";
import { deserialize } from "node:v8";
import loadHighs from "highs";

const [, , file, rounds] = process.argv;
const { model, gapRatio } = deserialize(readFileSync(file));
const [numCols, numRows] = [model.columnCosts.length, model.rowLowers.length];
const data = {
  numCols,
  numRows,
  colCost: model.columnCosts,
  colLower: model.columnLowers,
  colUpper: model.columnUppers,
  rowLower: model.rowLowers,
  rowUpper: model.rowUppers,
  matrix: {
    ...{ format: "csr", numCols, numRows },
    ...{ starts: model.rowStarts, indices: model.indices, values: model.values },
  },
  ...(model.integrality && { integrality: model.integrality }),
};
const highs = await loadHighs();
const times = [];
let objective = 0;
for (let round = 0; round < Number(rounds); round++) {
  const beganMs = performance.now();
  // A call without promises is done when it returns.
  void highs.withModel(data, (it) => {
    it.options.set({ output_flag: false, mip_rel_gap: gapRatio });
    it.run();
    objective = it.getObjectiveValue();
    it.getSolution();
  });
  times.push(performance.now() - beganMs);
}
process.stdout.write(JSON.stringify({ times, objective, peakKb: process.resourceUsage().maxRSS }));
