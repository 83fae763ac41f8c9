import { useRef, useState, type RefObject } from 'react';
import { useEntryState } from '../../state/entry-memory.ts';
import { useRoute } from '../../state/use-route.ts';
import type { ComparedActs } from './groups/compared-list.tsx';
import type { Place } from './grid/grid-props.ts';
import type { ListAddress } from './list/address.ts';
import type { List } from './list/use-list.ts';

/** The row that keys act on. */
export interface ActiveRow {
  readonly place: Place;
  readonly activate: (place: Place) => void;
  /** Its experiment. */
  readonly expId: string | undefined;
  /** The list in the document, which has the focus while keys act on rows. */
  readonly listRef: RefObject<HTMLDivElement | null>;
  readonly focusList: () => void;
  /** The list has groups, or is compared with a baseline. */
  readonly isCompared: boolean;
  readonly comparedRef: RefObject<ComparedActs | null>;
  readonly onComparedFocus: (expId: string | undefined) => void;
  readonly move: (by: number) => void;
  /** Goes to its experiment, or shows and hides the runs of its group. */
  readonly open: () => void;
  /** Makes it the baseline, or the list has none any more. */
  readonly takeBaseline: () => void;
}

/** Which row of the list keys act on; a step back finds it again. */
export function useActiveRow(
  list: List,
  address: ListAddress,
  {
    change,
    hrefOf,
  }: { readonly change: (change: Partial<ListAddress>) => void; readonly hrefOf: (id: string) => string },
): ActiveRow {
  const { go } = useRoute();
  const [place, activate] = useEntryState<Place>('active', { row: 0, column: 0 });
  const listRef = useRef<HTMLDivElement>(null);
  const comparedRef = useRef<ComparedActs>(null);
  const [comparedFocus, onComparedFocus] = useState<string>();
  const isCompared = address.group !== undefined || address.baseline !== undefined;
  const listed = list.row(place.row)?.expId ?? undefined;
  const expId = isCompared ? comparedFocus : listed;
  const focusList = (): void => listRef.current?.focus({ preventScroll: true });
  return {
    place,
    activate,
    expId,
    listRef,
    focusList,
    isCompared,
    comparedRef,
    onComparedFocus,
    move: (by) => {
      const total = ((isCompared ? comparedRef.current : null) ?? list).total ?? 1;
      activate(({ row, column }) => ({ row: Math.max(0, Math.min(row + by, total - 1)), column }));
      focusList();
    },
    open: () => {
      if (isCompared && comparedRef.current?.toggle(place.row) === true) return;
      if (expId) go(hrefOf(expId));
    },
    takeBaseline: () => {
      const next = isCompared ? comparedRef.current?.baselineAt(place.row) : listed && `x:${listed}`;
      if (next) change({ baseline: next === address.baseline ? undefined : next });
    },
  };
}
