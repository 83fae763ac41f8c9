import { useQueries } from '@tanstack/react-query';
import { useCallback, useRef } from 'react';
import type { Api } from '../../../../server/index.ts';
import type { ApiError } from '../../../api/call-api.ts';
import { callOptions, useCall } from '../../../api/use-call.ts';
import type { PageRequest } from '../list/page-answer.ts';
import { readRow } from '../list/row.ts';
import type { List, RowRange } from '../list/use-list.ts';
import { listWindows, WINDOW_ROWS } from '../list/windows.ts';
import { makeGroupRow, makeMoreRow } from './group-rows.ts';
import { findPlace, type OpenGroup } from './tree-places.ts';

type GroupsRequest = Api['groups']['request'];
type GroupsAnswer = Api['groups']['answer'];

/** Runs of a group that are listed below it. */
const MOST_MEMBERS = 200;

/** A list of groups, with the runs of those that are open. Its rows are of now: groups have no order that stays. */
export interface GroupList extends List {
  readonly answer: GroupsAnswer | undefined;
}

/**
 * Asks for groups in windows, and for the runs of the open ones.
 *
 * @param request undefined while it is not known what to ask
 * @param open ids of groups
 */
export function useGroupList(request: GroupsRequest | undefined, range: RowRange, open: readonly string[]): GroupList {
  const first = useCall('groups', request && { ...request, limit: WINDOW_ROWS }, { keepsFormer: true });
  const shown = useRef<GroupsRequest>(undefined);
  if (first.data !== undefined && !first.isPlaceholderData) shown.current = request;
  const begun = first.data;
  const groups = begun?.total ?? 0;
  const opened = useRef<readonly OpenGroup[]>([]);
  const wanted = listWindows(
    Math.min(findPlace(range.first, opened.current).place, Math.max(0, groups - 1)),
    Math.min(findPlace(range.last, opened.current).place, Math.max(0, groups - 1)),
    groups,
  ).filter((window) => window > 0);
  const windows = useQueries({
    queries: wanted.map((window) =>
      callOptions('groups', { ...shown.current, limit: WINDOW_ROWS, offset: window * WINDOW_ROWS }),
    ),
  });
  const pages = new Map<number, GroupsAnswer | undefined>([
    [0, begun],
    ...windows.map(({ data }, i): [number, GroupsAnswer | undefined] => [wanted[i] ?? 0, data]),
  ]);
  const found = [...pages].flatMap(([window, page]) =>
    (page?.groups ?? []).flatMap(({ id, n }, i) =>
      open.includes(id) ? [{ id, n, place: window * WINDOW_ROWS + i }] : [],
    ),
  );
  const shownOpen = found.toSorted((a, b) => a.place - b.place);
  const { by, columns, where } = shown.current ?? {};
  const members = useQueries({
    queries: shownOpen.map(({ id }) =>
      callOptions('members', {
        group: id,
        limit: MOST_MEMBERS,
        ...(by && { by }),
        ...(columns && { columns }),
        ...(where === undefined ? {} : { where }),
      }),
    ),
  });
  opened.current = shownOpen.map(({ place, n }) => ({ place, rows: Math.min(n, MOST_MEMBERS + 1) }));
  const rows = opened.current;
  const { refetch } = first;
  return {
    answer: begun,
    orderVersion: undefined,
    total: begun && groups + rows.reduce((sum, each) => sum + each.rows, 0),
    request: shown.current && toListRequest(shown.current),
    isReading: first.isLoading || members.some(({ isLoading }) => isLoading),
    isStale: first.isPlaceholderData,
    isFormer: false,
    warnings: begun?.warnings ?? [],
    error:
      first.error ??
      ([...windows, ...members].find(({ error }) => error !== null)?.error as ApiError | undefined) ??
      null,
    renew: useCallback(() => void refetch(), [refetch]),
    row: (index) => {
      const { place, below } = findPlace(index, rows);
      if (below === undefined) {
        const page = pages.get(Math.floor(place / WINDOW_ROWS));
        return page && makeGroupRow(page, place % WINDOW_ROWS);
      }
      const at = shownOpen.findIndex((each) => each.place === place);
      const { id = '', n = 0 } = shownOpen[at] ?? {};
      if (below >= MOST_MEMBERS) return makeMoreRow(id, n - MOST_MEMBERS);
      const answer = members[at]?.data;
      return answer === undefined || below >= answer.expIds.length ? undefined : readRow(answer, below);
    },
  };
}

/** What decides over the order of rows. */
function toListRequest({ where, sort }: GroupsRequest): PageRequest {
  return { ...(where === undefined ? {} : { where }), ...(sort === undefined ? {} : { sort }) };
}
