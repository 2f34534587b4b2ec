// Runs the named benchmarks, or all of them.
const BENCHMARKS: Readonly<Record<string, () => Promise<{ run(): Promise<void> | void }>>> = {
  tick: () => import("./tick.ts"),
  start: () => import("./start.ts"),
  store: () => import("./store.ts"),
  query: () => import("./query.ts"),
};

const names = process.argv.slice(2);
for (const name of names.length > 0 ? names : Object.keys(BENCHMARKS)) {
  const load = BENCHMARKS[name];
  if (load === undefined) {
    process.stderr.write(
      `there is no benchmark ${name}: choose ${Object.keys(BENCHMARKS).join(", ")}\n`,
    );
    process.exit(2);
  }
  process.stdout.write(`\n${name}\n`);
  await (await load()).run();
}
