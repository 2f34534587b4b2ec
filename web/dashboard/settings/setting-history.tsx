// The history of a setting in a scope: who changed it, when, why, from what to what; with the way back to each version.
import { Said } from "../parts/said.tsx";
import { formats } from "../text/format.ts";
import { words } from "../text/words.ts";
import { previousOf, shownVersions } from "./history-rows.ts";
import type { Setting } from "./setting-groups.ts";
import { type SettingVersion, useSettingHistory } from "./use-setting-history.ts";
import { valueText } from "./value-text.ts";

interface SettingHistoryProps {
  readonly setting: Setting;
  /** Proposes the value of an earlier version; undefined: the person may not. */
  readonly onRollback: ((toVersion: number) => void) | undefined;
}

export function SettingHistory({ setting, onRollback }: SettingHistoryProps) {
  const { page, error, readMore } = useSettingHistory(setting);
  const versions = page?.versions;
  return (
    <section
      className="setting-history"
      aria-label={words.settings.history}
      style={{ minHeight: heightPx(setting) }}
    >
      <h3>{words.settings.history}</h3>
      {error !== undefined && (
        <p role="alert">
          <Said text={error} />
        </p>
      )}
      {versions === undefined && error === undefined && <p role="status">{words.page.loading}</p>}
      {versions?.length === 0 && <p className="muted">{words.settings.noHistory}</p>}
      {page !== undefined && (
        <ol>
          {shownVersions(page).map((version, index) => (
            <Version
              key={version.version}
              {...{ version, setting }}
              previous={previousOf(page.versions, index)}
              onRollback={index === 0 ? undefined : onRollback}
            />
          ))}
        </ol>
      )}
      {readMore !== undefined && (
        <button type="button" onClick={readMore}>
          {words.page.more}
        </button>
      )}
    </section>
  );
}

/** Rows of a page, the height of one, and that of the heading, in px. */
const PAGE_ROWS = 19;
const ROW_PX = 47;
const HEAD_PX = 28;

/** The height of a history that is not read yet, so that what is below it stays in its place. */
const heightPx = ({ version }: Setting) => HEAD_PX + Math.min(version, PAGE_ROWS) * ROW_PX;

interface VersionProps extends SettingHistoryProps {
  readonly version: SettingVersion;
  /** The version before; undefined: it is the first one. */
  readonly previous: SettingVersion | undefined;
}

function Version({ version: it, previous, setting: { unit }, onRollback }: VersionProps) {
  const number = formats.count(it.version);
  return (
    <li>
      <span className="version">{words.settings.version(number)}</span>
      <time dateTime={it.changedAt}>{formats.moment(Date.parse(it.changedAt))}</time>
      <span className="actor">{it.changedBy}</span>
      <span className="values">
        {previous !== undefined && (
          <>
            <del>{textOf(previous, unit)}</del> <span aria-hidden="true">→ </span>
          </>
        )}
        <ins>{textOf(it, unit)}</ins>
      </span>
      {it.reason !== null && <span className="reason muted">{it.reason}</span>}
      {onRollback !== undefined && (
        <button type="button" onClick={() => onRollback(it.version)}>
          {words.settings.rollbackTo(number)}
        </button>
      )}
    </li>
  );
}

function textOf({ value, isReset }: SettingVersion, unit: string | null): string {
  const text = valueText(value, unit);
  return isReset ? words.settings.isReset(text) : text;
}
