// Keeps the processors of a virtual machine awake while costs are measured: how long its host takes to wake one
// is charged to whoever is woken, and was seen to be fifty times what that did.
import { spawn } from "node:child_process";
import { cpus } from "node:os";

/** Turns round at the lowest priority, until it is killed or its parent is gone. */
const TURN_ROUND = `
  require("node:os").setPriority(19);
  const parent = process.ppid;
  while (process.ppid === parent) for (let n = 0; n < 1e8; n++);
`;

/** @returns What lets them sleep again. */
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
