import { useQueries } from '@tanstack/react-query';
import { useCallback, useRef } from 'react';
import type { ApiError } from '../../../api/call-api.ts';
import { callOptions, useCall } from '../../../api/use-call.ts';
import type { PageAnswer, PageRequest } from './page-answer.ts';
import { readRow, type Row } from './row.ts';
import { listWindows, WINDOW_ROWS } from './windows.ts';

/** A list of any length, of which only the rows around the screen are here. */
export interface List {
  /** Undefined until the first answer. */
  readonly orderVersion: number | undefined;
  readonly total: number | undefined;
  /** What the rows on screen were asked for with: while another list is on its way, the former one stays. */
  readonly request: PageRequest | undefined;
  readonly isStale: boolean;
  /** The filter of now cannot be answered: the rows are those of the last one that could. */
  readonly isFormer: boolean;
  /** The first rows are on their way. */
  readonly isReading: boolean;
  readonly warnings: readonly string[];
  readonly error: ApiError | null;
  /** Asks again, in the order of now. */
  readonly renew: () => void;
  /** Undefined if the row is not here yet. @param index in the whole list, from 0 */
  readonly row: (index: number) => Row | undefined;
}

/** The rows on screen, both included. */
export interface RowRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Asks for a list in windows. All of them keep to the order of the first one, so that no row is twice on screen or
 * missing while experiments come and go.
 *
 * @param request undefined while it is not known what to ask
 * @param begun the first rows, if they are here already
 */
export function useList(request: PageRequest | undefined, range: RowRange, begun?: PageAnswer): List {
  const asked = request === undefined ? undefined : { ...request, limit: WINDOW_ROWS };
  const first = useCall('page', asked, { keepsFormer: true, known: begun });
  const shown = useRef<{ readonly request: PageRequest | undefined; readonly top: PageAnswer }>(undefined);
  if (first.data !== undefined && !first.isPlaceholderData) shown.current = { request, top: first.data };
  const top = first.data ?? shown.current?.top;
  const wanted = top === undefined ? [] : listWindows(range.first, range.last, top.total).filter((w) => w > 0);
  const windows = useQueries({
    queries: wanted.map((window) =>
      callOptions('page', {
        ...shown.current?.request,
        limit: WINDOW_ROWS,
        offset: window * WINDOW_ROWS,
        orderVersion: top?.orderVersion ?? 0,
      }),
    ),
  });
  const pages = new Map<number, PageAnswer | undefined>([
    [0, top],
    ...windows.map(({ data }, i): [number, PageAnswer | undefined] => [wanted[i] ?? 0, data]),
  ]);
  const { refetch } = first;
  return {
    orderVersion: top?.orderVersion,
    total: top?.total,
    request: shown.current?.request,
    isReading: first.isLoading,
    isStale: first.isPlaceholderData,
    isFormer: first.data === undefined && top !== undefined,
    warnings: top?.warnings ?? [],
    error: first.error ?? (windows.find(({ error }) => error !== null)?.error as ApiError | undefined) ?? null,
    renew: useCallback(() => void refetch(), [refetch]),
    row: (index) => {
      const page = pages.get(Math.floor(index / WINDOW_ROWS));
      return page === undefined || index >= page.total ? undefined : readRow(page, index % WINDOW_ROWS);
    },
  };
}
