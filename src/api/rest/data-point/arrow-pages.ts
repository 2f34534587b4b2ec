// Pages of data points as columns of Arrow.
import { bool, type Column, columnFromArray, float64, utf8 } from "@uwdata/flechette";
import type { AnsweredValue } from "../../../domain/data-point/aggregate.ts";
import type { Content } from "../../../domain/data-point/data-point.ts";
import type { PointVersion } from "../../../domain/data-point/write.ts";
import { INSTANT, instantColumn, numberColumn, textColumn } from "./arrow-columns.ts";
import { valueJson } from "./shapes.ts";

/** Columns by name, all of one length. */
export type ArrowPage = Readonly<Record<string, Column<unknown>>>;

/** @param areNumbers Whether values are numbers, or texts of JSON. */
export function valueColumns(
  path: string,
  values: readonly AnsweredValue[],
  areNumbers: boolean,
): ArrowPage {
  return {
    ...sharedColumns(path, values),
    value: areNumbers
      ? numberColumn(values, ({ content }) => content as number)
      : textColumn(values, ({ content }) => contentText(content)),
    covered_ratio: numberColumn(values, ({ coveredRatio = 1 }) => coveredRatio),
  };
}

/** The same of versions. */
export function versionColumns(
  path: string,
  versions: readonly PointVersion[],
  areNumbers: boolean,
): ArrowPage {
  const contents = versions.map(({ content }) =>
    areNumbers || content === null ? content : contentText(content),
  );
  return {
    ...sharedColumns(path, versions),
    value: columnFromArray<unknown>(contents, areNumbers ? float64() : utf8()),
    recorded_at: instantColumn(versions, ({ recordedMs }) => recordedMs),
    expires_at: columnFromArray<unknown>(
      versions.map(({ expiresAtMs }) => expiresAtMs),
      INSTANT(),
    ),
    is_withdrawal: columnFromArray<unknown>(
      versions.map(({ content }) => content === null),
      bool(),
    ),
    request_id: columnFromArray<unknown>(
      versions.map(({ requestId }) => requestId),
      utf8(),
    ),
  };
}

function sharedColumns(path: string, values: readonly (AnsweredValue | PointVersion)[]) {
  return {
    id: textColumn(values, () => path),
    timestamp: instantColumn(values, ({ atMs }) => atMs),
    source: textColumn(values, ({ source }) => source),
    known: instantColumn(values, ({ knownMs }) => knownMs),
    author: textColumn(values, ({ author }) => author),
  };
}

const contentText = (content: Content) => JSON.stringify(valueJson(content));
