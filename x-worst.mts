import { parse } from "graphql";
import { schema } from "./src/api/graphql/schema.ts";
import { createValidation } from "./src/api/graphql/server/validation.ts";
import { documentWork } from "./src/api/graphql/server/document-work.ts";
const limits: any = { maxQueryDepth: 15, maxQueryAliases: 200, maxQueryTokens: 5000, introspection: true };
const validate = createValidation(limits);
const rep = (n: number, f: (n: number) => string) => Array.from({ length: n }, (_, i) => f(i)).join(" ");
const cases: Record<string, (n: number) => string> = {
  fragments: (n) => `{ ${rep(n, i => `...f${i}`)} } ${rep(n, i => `fragment f${i} on Query { fleet { totals { socPct } } }`)}`,
  fragmentsDisjoint: (n) => `{ ${rep(n, i => `...f${i}`)} } ${rep(n, i => `fragment f${i} on Query { a${i}: __typename }`)}`,
  chain: (n) => `{ ...f0 } ${rep(n, i => `fragment f${i} on Query { __typename ...f${i + 1} }`)} fragment f${n} on Query { __typename }`,
  same: (n) => `{ ${rep(n, () => `fleet { totals { socPct } }`)} }`,
  sameDeep: (n) => `{ assets { nodes { ${rep(n, () => `site { assets { nodes { site { assets { nodes { id name } } } } } }`)} } } }`,
  sameArgs: (n) => `{ ${rep(n, () => `dispatches(first: 5, assetIds: ["8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01","8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01"], siteIds: ["a","b","c"]) { nodes { id } }`)} }`,
  ops: (n) => `${rep(n, i => `query q${i} { ...f0 }`)} ${rep(n, i => `fragment f${i} on Query { __typename ${i < n - 1 ? `...f${i + 1}` : ""} }`)}`,
  usages: (n) => `${rep(n, i => `query q${i}($a: ID!) { ...f0 }`)} fragment f0 on Query { dispatches(assetIds: [${rep(n * 15, () => "$a")}]) { nodes { id } } }`,
  flat: (n) => `{ fleet { totals { ${rep(n, () => "socPct")} } } }`,
  unknown: (n) => `{ ${rep(n, i => `colour${i}`)} }`,
  unknownTypes: (n) => `{ ${rep(n, i => `... on Assett${i} { id }`)} }`,
  directives: (n) => `{ __typename ${rep(n, () => "@aa")} }`,
  knownDirectives: (n) => `{ __typename ${rep(n, () => "@include(if: true)")} }`,
  variables: (n) => `query (${rep(n, i => `$v${i}: Int`)}) { ${rep(n, i => `a${i}: assets(first: $v${i}) { totalCount }`).slice(0, 0)} __typename }`,
  list: (n) => `{ dispatches(assetIds: [${rep(n, () => '"x"')}]) { nodes { id } } }`,
  inputs: (n) => `mutation { dispatch(input: { ${rep(n, () => "mw: 1")} }) { __typename } }`,
  spreadSame: (n) => `{ ${rep(n, () => `...f`)} } fragment f on Query { fleet { totals { socPct } } }`,
  nestedSpreads: (n) => `{ ${rep(n, i => `...f${i}`)} } ${rep(n, i => `fragment f${i} on Query { assets { nodes { ...g${i} } } } fragment g${i} on Asset { a: name ...h${i} } fragment h${i} on Asset { site { name } }`)}`,
  inline: (n) => `{ node(id: "x") { ${rep(n, i => `... on ${["Asset","Site","Dispatch"][i%3]} { id x: ${["name","name","status"][i%3]} }`)} } }`,
  fieldsFragments: (n) => `{ assets { nodes { ${rep(n, i => `b${i}: name`)} ${rep(n, i => `...f${i}`)} } } } ${rep(n, i => `fragment f${i} on Asset { a${i}: name }`)}`,
};
for (const [name, make] of Object.entries(cases)) {
  let best = 0;
  let worst: [number, number, number, string] = [0, 0, 0, ""];
  for (const n of [18,20,22,24,26, 40, 60, 70,75,80,95, 100, 120, 137, 2400]) {
    const text = make(n);
    try { parse(text, { maxTokens: 5000 }); } catch { continue; }
    let t = Infinity; let e: any;
    for (let k = 0; k < 8; k++) { const d = parse(text, { maxTokens: 5000 }); const a = performance.now(); e = validate(schema, d, { signedIn: true }); t = Math.min(t, performance.now() - a); }
    if (t > worst[0]) worst = [t, n, documentWork(parse(text), 1e9), e[0]?.message?.slice(0, 70) ?? "valid"];
  }
  console.log(name.padEnd(18), worst[0].toFixed(1), "ms n=", worst[1], "work", worst[2], worst[3]);
}
