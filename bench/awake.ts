// A load that prevents the processors of a virtual machine from sleeping while costs are measured: the time in which
// the host wakes a processor is charged to the process that wakes, and was up to fifty times the cost of its work.
import { spawn } from "node:child_process";
import { cpus } from "node:os";

/** A loop at the lowest priority, until it is killed or its parent has ended. */
const TURN_ROUND = `
  require("node:os").setPriority(19);
  const parent = process.ppid;
  while (process.ppid === parent) for (let n = 0; n < 1e8; n++);
`;

/** @returns A function that ends the load. */
export function keepAwake(): () => void {
  const children = cpus().map(() =>
    spawn(process.execPath, ["-e", TURN_ROUND], { stdio: "ignore" }),
  );
  const sleep = () => {
    for (const child of children) child.kill();
    process.off("exit", sleep);
  };
  process.once("exit", sleep);
  return sleep;
}
