import { useRef } from 'react';
import { callApi } from '../../api/call-api.ts';
import { notify } from '../../components/toasts.tsx';
import type { List } from './list/use-list.ts';
import { addIds, MOST_IDS, toggleId, type Selection } from './selection/selection.ts';

/** Rows are selected one by one, from the last one to another, or all that match. */
export interface Selecting {
  readonly select: (row: number, isRange: boolean) => void;
  readonly selectAll: () => void;
}

export function useSelecting(list: List, selection: Selection, onChange: (selection: Selection) => void): Selecting {
  const anchor = useRef(0);
  const { total = 0, request } = list;
  const addRange = async (from: number, to: number): Promise<void> => {
    if (to - from >= MOST_IDS) {
      notify(`At most ${MOST_IDS} experiments are selected one by one`, 'Filter the list, and select all that match');
      return;
    }
    const rows = Array.from({ length: to - from + 1 }, (_, i) => list.row(from + i)?.expId);
    const ids = rows.includes(undefined) ? await readIds(list, from, to) : rows;
    onChange(
      addIds(
        selection,
        ids.filter((id) => id !== null && id !== undefined),
      ),
    );
  };
  return {
    select: (row, isRange) => {
      if (isRange) {
        void addRange(Math.min(anchor.current, row), Math.max(anchor.current, row));
      } else {
        const expId = list.row(row)?.expId;
        if (expId) onChange(toggleId(selection, expId));
      }
      anchor.current = row;
    },
    selectAll: () => {
      if (total > 0) onChange({ kind: 'query', where: request?.where ?? '' });
    },
  };
}

/** Names of rows that are not on screen. */
async function readIds({ request, orderVersion }: List, from: number, to: number): Promise<readonly (string | null)[]> {
  const asked = { ...request, columns: ['exp_id'], offset: from, limit: to - from + 1 };
  const page = await callApi('page', { ...asked, ...(orderVersion === undefined ? {} : { orderVersion }) });
  return page.expIds;
}
