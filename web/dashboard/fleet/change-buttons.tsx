// The buttons that change and retire an asset or a site, with what they did. Their dialogs are loaded once they are opened.
import { type ComponentType, useEffect, useRef, useState } from "react";
import type { Origin } from "../api/operations.ts";
import { useSteadyLive } from "../live/use-live.ts";
import { LazyPart } from "../parts/lazy-part.tsx";
import { useParams } from "../route/use-place.ts";
import { words } from "../text/words.ts";

export interface FormDialogProps {
  readonly isOpen: boolean;
  readonly close: () => void;
  /** Is called once a change is in force. */
  readonly onChanged: () => void;
}

export interface RetireDialogProps {
  readonly isOpen: boolean;
  readonly close: () => void;
  /** Is called with what the retirement did. */
  readonly onDone: (message: string) => void;
}

interface ChangeButtonsProps<T> {
  readonly item: { readonly name: string; readonly origin: Origin; readonly retired: boolean };
  readonly loadForm: () => Promise<ComponentType<T & FormDialogProps>>;
  readonly loadRetire: () => Promise<ComponentType<T & RetireDialogProps>>;
  /** What both dialogs are given. */
  readonly props: T;
  readonly onChanged: () => void;
}

/** Only what came by the API is changed by it. */
export function ChangeButtons<T>(given: ChangeButtonsProps<T>) {
  const { item, loadForm, loadRetire, props, onChanged } = given;
  const live = useSteadyLive();
  const [params, changeParams] = useParams();
  const [done, setDone] = useState<string>();
  const result = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    // The button that was pressed is gone.
    if (done !== undefined) result.current?.focus();
  }, [done]);
  const isChangeable = item.origin === "API" && !item.retired;
  const [isEdited, isRetired] = ["form", "retire"].map(
    (one) => isChangeable && params.edit === one,
  ) as [boolean, boolean];
  const close = () => changeParams({ edit: undefined }, "replace");
  const changed = () => {
    live.reloadAssets();
    onChanged();
  };
  const retired = (message: string) => {
    setDone(message);
    changed();
  };
  return (
    <>
      {isChangeable && (
        <div className="changes-of">
          <button
            type="button"
            aria-label={words.changes.changeOf(item.name)}
            onClick={() => changeParams({ edit: "form" })}
          >
            {words.changes.change}
          </button>
          <button
            type="button"
            aria-label={words.changes.retireOf(item.name)}
            onClick={() => changeParams({ edit: "retire" })}
          >
            {words.changes.retire}
          </button>
        </div>
      )}
      {done !== undefined && (
        <p className="outcome good" role="status" tabIndex={-1} ref={result}>
          {done}
        </p>
      )}
      <LazyPart
        isWanted={isEdited}
        load={loadForm}
        props={{ ...props, isOpen: isEdited, close, onChanged: changed }}
      />
      <LazyPart
        isWanted={isRetired}
        load={loadRetire}
        props={{ ...props, isOpen: isRetired, close, onDone: retired }}
      />
    </>
  );
}
