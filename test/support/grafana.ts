// The dashboards of the example, and what Grafana sends in place of their macros and variables.
import { readdirSync, readFileSync } from "node:fs";

const FOLDER = new URL("../../examples/grafana/", import.meta.url);

interface Target {
  readonly refId: string;
  readonly expr?: string;
  readonly legendFormat?: string;
  readonly rawSql?: string;
}

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly datasource: { readonly type: string; readonly uid: string };
  readonly gridPos: Readonly<Record<"x" | "y" | "w" | "h", number>>;
  readonly targets: readonly Target[];
}

interface Variable {
  readonly name: string;
  readonly type: string;
  readonly query: string | { readonly query: string };
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly Variable[] };
}

/** A query of a panel. */
export interface PanelQuery {
  readonly dashboard: string;
  readonly panel: string;
  readonly text: string;
  /** What names a line, with labels in braces. */
  readonly legend: string;
}

export const readExample = (path: string): string => readFileSync(new URL(path, FOLDER), "utf8");

export const DASHBOARDS: readonly Dashboard[] = readdirSync(new URL("dashboards", FOLDER))
  .sort()
  .map((name) => JSON.parse(readExample(`dashboards/${name}`)));

/** The queries of all panels in one language. */
export const queriesIn = (language: "expr" | "rawSql"): PanelQuery[] =>
  DASHBOARDS.flatMap(({ title, panels }) =>
    panels.flatMap((panel) =>
      panel.targets.flatMap((target) => {
        const text = target[language];
        const { legendFormat: legend = "" } = target;
        return text === undefined ? [] : [{ dashboard: title, panel: panel.title, text, legend }];
      }),
    ),
  );

interface SqlContext {
  readonly from: string;
  readonly until: string;
  readonly intervalS: number;
  readonly isTimescale: boolean;
  /** The values of each variable of the dashboard. */
  readonly variables: Readonly<Record<string, readonly string[]>>;
}

/**
 * A query as Grafana's data source for PostgreSQL sends it
 * (`pkg/tsdb/grafana-postgresql-datasource/macros.go` of Grafana 11).
 */
export function expandSql(text: string, context: SqlContext): string {
  const { from, until, intervalS, isTimescale, variables } = context;
  const bucket = (column: string) =>
    isTimescale
      ? `time_bucket('${intervalS.toFixed(3)}s', ${column})`
      : `floor(extract(epoch from ${column})/${intervalS})*${intervalS}`;
  return text
    .replace(/\$\{(\w+):singlequote\}/g, (_, name) =>
      (variables[name] as readonly string[]).map((value) => `'${value}'`).join(","),
    )
    .replace(
      /\$__timeGroupAlias\(([\w.]+), \$__interval\)/g,
      (_, column) => `${bucket(column)} AS "time"`,
    )
    .replace(
      /\$__timeFilter\(([\w.]+)\)/g,
      (_, column) => `${column} BETWEEN '${from}' AND '${until}'`,
    )
    .replace(/\$(?!_)(\w+)/g, (_, name) => (variables[name] as readonly string[]).join(","));
}
