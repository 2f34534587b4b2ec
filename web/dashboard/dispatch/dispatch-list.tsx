// The lists of the dispatches of an asset.

import { useEffect, useRef, useState } from "react";
import type { ActionPlace } from "../../sign-in/viewer.ts";
import { Said } from "../parts/said.tsx";
import { useParams } from "../route/use-place.ts";
import { formats } from "../text/format.ts";
import { words } from "../text/words.ts";
import { useIsOffered } from "../viewer/viewers.ts";
import { CancelDialog } from "./cancel-dialog.tsx";
import { DispatchItemRow } from "./dispatch-item.tsx";
import { type DispatchItem, endedOf, openOf } from "./listed.ts";
import type { Dispatches } from "./use-dispatches.ts";

const CHOICES = ["all", "open", "ended"] as const;
type Choice = (typeof CHOICES)[number];

/** Items that a list shows at first, and with each press more. */
const FIRST_SHOWN = 10;
const MORE_SHOWN = 50;

interface DispatchListProps {
  readonly dispatches: Dispatches;
  /** Where a role is needed to change one. */
  readonly place: ActionPlace;
}

/** The dispatches of an asset with their status: the open ones, the next first, then those that ended, the last first. */
export function DispatchList({ dispatches, place }: DispatchListProps) {
  const [params, changeParams] = useParams();
  const [done, setDone] = useState<string>();
  const result = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    // The button that was pressed is gone with its item.
    if (done !== undefined) result.current?.focus();
  }, [done]);
  const choice = CHOICES.find((one) => one === params.dispatches) ?? "all";
  const { list, error, isLoading, hasMore, loadMore, put } = dispatches;
  const open = openOf(list ?? []);
  const ended = endedOf(list ?? []);
  const cancelled = open.find(({ id }) => id === params.cancel);
  const isChangeable = useIsOffered("operate", place);
  const row = (dispatch: DispatchItem) => (
    <DispatchItemRow
      key={dispatch.id}
      {...{ dispatch, put, isChangeable }}
      onDone={setDone}
      onCancel={() => changeParams({ cancel: dispatch.id })}
    />
  );
  return (
    <section className="card" aria-label={words.dispatch.dispatches}>
      <div className="panel-head">
        <h2>{words.dispatch.dispatches}</h2>
        <ChoiceButtons
          {...{ choice }}
          openCount={list === undefined ? undefined : open.length}
          choose={(one) => changeParams({ dispatches: one === "all" ? undefined : one })}
        />
      </div>
      <p role="status" tabIndex={-1} ref={result} className={done ? "outcome good" : "muted"}>
        {isLoading ? words.dispatch.loading : done}
      </p>
      {error !== undefined && (
        <p role="alert">
          <Said text={error} />
        </p>
      )}
      {isLoading && list === undefined && <div className="skeleton" />}
      {list?.length === 0 && !isLoading && <p className="empty">{words.dispatch.empty}</p>}
      {choice !== "ended" && open.length > 0 && (
        <Group title={words.dispatch.nextFirst} items={open} row={row} />
      )}
      {choice !== "open" && ended.length > 0 && (
        <Group
          title={words.dispatch.lastFirst}
          items={ended}
          row={row}
          {...{ hasMore, loadMore }}
        />
      )}
      <CancelDialog
        dispatch={cancelled}
        close={() => changeParams({ cancel: undefined }, "replace")}
        {...{ put }}
        onDone={setDone}
      />
    </section>
  );
}

interface ChoiceButtonsProps {
  readonly choice: Choice;
  readonly choose: (choice: Choice) => void;
  /** undefined while it is not known. */
  readonly openCount: number | undefined;
}

function ChoiceButtons({ choice, choose, openCount }: ChoiceButtonsProps) {
  const count = openCount === undefined ? "" : ` ${formats.count(openCount)}`;
  return (
    <fieldset className="tools segments" aria-label={words.dispatch.shown}>
      {CHOICES.map((one) => (
        <button type="button" key={one} aria-pressed={choice === one} onClick={() => choose(one)}>
          {words.dispatch.choices[one]}
          {one === "open" && count}
        </button>
      ))}
    </fieldset>
  );
}

interface GroupProps {
  readonly title: string;
  readonly items: readonly DispatchItem[];
  readonly row: (dispatch: DispatchItem) => React.ReactNode;
  /** Whether the server has more than the items. */
  readonly hasMore?: boolean;
  readonly loadMore?: () => Promise<void>;
}

function Group({ title, items, row, hasMore = false, loadMore }: GroupProps) {
  const [count, setCount] = useState(FIRST_SHOWN);
  const [isReading, setReading] = useState(false);
  const [failure, setFailure] = useState<string>();
  async function more(): Promise<void> {
    setReading(true);
    setFailure(undefined);
    if (hasMore && count + MORE_SHOWN > items.length)
      await loadMore?.().catch((error: Error) => setFailure(error.message));
    setCount(count + MORE_SHOWN);
    setReading(false);
  }
  const left = items.length - count;
  return (
    <>
      <h3>{title}</h3>
      <ol className="dispatches" aria-label={title}>
        {items.slice(0, count).map(row)}
      </ol>
      {failure !== undefined && (
        <p role="alert">
          <Said text={failure} />
        </p>
      )}
      {(left > 0 || hasMore) && (
        <button
          type="button"
          className="more"
          disabled={isReading}
          aria-label={words.dispatch.moreOf(title)}
          onClick={more}
        >
          {isReading ? words.page.loading : words.dispatch.more}
          {!hasMore && left > 0 && ` (${formats.count(left)})`}
        </button>
      )}
    </>
  );
}
