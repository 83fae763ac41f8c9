import { useQueryClient, type Query, type QueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Api, ChangedEvent } from '../../server/index.ts';
import { askAgain } from './ask-again.ts';
import { callApi } from './call-api.ts';
import { onChange } from './live-state.ts';
import { startLive } from './live-tabs.ts';

/** Between two updates of the page, milliseconds. */
const UPDATE_MS = 500;

/** Answers that no experiment changes, and those that are asked for once. */
const FIXED: ReadonlySet<string> = new Set(['project', 'templates', 'template', 'problems']);

/** Keeps the answers on screen fresh while the page is open: rows that changed are patched, other answers asked again. */
export function useFreshAnswers(): void {
  const client = useQueryClient();
  useEffect(() => {
    startLive();
    let waiting: ChangedEvent | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    // Hidden tabs ask nothing until someone shows them.
    const schedule = (): void => {
      if (waiting === undefined || document.visibilityState === 'hidden') return;
      timer ??= setTimeout(() => {
        const all = waiting;
        [waiting, timer] = [undefined, undefined];
        if (all !== undefined) update(client, all);
      }, UPDATE_MS);
    };
    const stop = onChange((changed) => {
      waiting = waiting === undefined ? changed : merge(waiting, changed);
      schedule();
    });
    document.addEventListener('visibilitychange', schedule);
    return () => {
      stop();
      document.removeEventListener('visibilitychange', schedule);
      clearTimeout(timer);
    };
  }, [client]);
}

function merge(a: ChangedEvent, b: ChangedEvent): ChangedEvent {
  return {
    version: b.version,
    keys: [...new Set([...a.keys, ...b.keys])],
    ids: [...new Set([...a.ids, ...b.ids])],
    reset: a.reset || b.reset,
  };
}

function update(client: QueryClient, heard: ChangedEvent): void {
  const changed = heard.keys.length === 0 && isBehind(client, heard.version) ? { ...heard, reset: true } : heard;
  const pages = changed.reset ? [] : client.getQueryCache().findAll({ queryKey: ['page'] });
  const patched = pages.filter((query) => query.isActive());
  for (const page of patched) void patchPage(client, page, changed);
  askAgain(client, {
    predicate: (query) =>
      !patched.includes(query) && !isFresh(query.state.data, changed) && isTouched(query.queryKey, changed),
  });
}

/** Something changed between the first answers and the first event. */
function isBehind(client: QueryClient, version: number): boolean {
  return client.getQueriesData({}).some(([, data]) => (readVersion(data) ?? version) < version);
}

/** What changed is in this answer: the first event comes shortly after the first answers, which need not be asked again. */
function isFresh(answer: unknown, { version, reset }: ChangedEvent): boolean {
  return !reset && (readVersion(answer) ?? -1) >= version;
}

/** Of the record, as of which an answer was made. */
function readVersion(answer: unknown): number | undefined {
  const { version } = (answer ?? {}) as { readonly version?: unknown };
  return typeof version === 'number' ? version : undefined;
}

/** An answer about named experiments is touched by changes of those; any other, by every change. */
function isTouched([name, request]: readonly unknown[], { ids, reset }: ChangedEvent): boolean {
  if (FIXED.has(String(name))) return false;
  const { id, ids: several } = (request ?? {}) as { readonly id?: unknown; readonly ids?: unknown };
  const named = Array.isArray(several) ? several : typeof id === 'string' ? [id] : undefined;
  return reset || named === undefined || named.some((each) => (ids as readonly unknown[]).includes(each));
}

type PageAnswer = Api['page']['answer'];

/** Rows stay where they are, whatever the order of now would be. */
async function patchPage(client: QueryClient, { queryKey, state }: Query, { keys }: ChangedEvent): Promise<void> {
  const shown = state.data as PageAnswer | undefined;
  const changed = keys.filter((key) => shown?.keys.includes(key) === true);
  if (shown === undefined || changed.length === 0) return;
  const { columns } = queryKey[1] as Api['page']['request'];
  const rows = await callApi('pageRows', { keys: changed, ...(columns && { columns }) }).catch(() => undefined);
  if (rows === undefined) return;
  client.setQueryData<PageAnswer>(queryKey, (page) => page && mergeRows(page, rows));
}

/** A page with newer rows in place of its own. Columns that the page lacks are left out. */
export function mergeRows(page: PageAnswer, rows: Api['pageRows']['answer']): PageAnswer {
  const places = new Map(rows.keys.map((key, from) => [page.keys.indexOf(key), from]));
  places.delete(-1);
  const replace = <T>(old: readonly T[], newer: readonly T[]): T[] =>
    old.map((value, place) => {
      const from = places.get(place);
      return from === undefined ? value : (newer[from] as T);
    });
  return {
    ...page,
    version: rows.version,
    expIds: replace(page.expIds, rows.expIds),
    columns: page.columns.map((column) => {
      const newer = rows.columns.find(({ source, name }) => source === column.source && name === column.name);
      if (newer === undefined) return column;
      return {
        ...column,
        cells: replace(column.cells, newer.cells),
        written: replacePlaces(column.written, newer.written, places),
        gaps: replacePlaces(column.gaps, newer.gaps, places),
      };
    }),
  };
}

function replacePlaces<T>(
  old: { readonly [place: string]: T },
  newer: { readonly [place: string]: T },
  places: ReadonlyMap<number, number>,
): { [place: string]: T } {
  const kept = Object.entries(old).filter(([place]) => !places.has(Number(place)));
  const added = [...places].flatMap(([to, from]): [string, T][] => {
    const value = newer[String(from)];
    return value === undefined ? [] : [[String(to), value]];
  });
  return Object.fromEntries([...kept, ...added]);
}
