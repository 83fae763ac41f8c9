import type {
  Activity,
  ActivityRequest,
  Changes,
  Facets,
  FacetsRequest,
  FieldValues,
  GpuHours,
  Page,
  PageRequest,
  PageRows,
  ValuesRequest,
} from '../../app/index.ts';
import type { Key } from '../../core/ids.ts';
import { nowMs } from '../../system/index.ts';
import type { CallsOf } from './call.ts';
import { count, listOf, number, object, optional, text, type Reader } from './reading.ts';
import { SELECTION, sort } from './selection.ts';

/** Lists of experiments. */
export type ExperimentsApi = {
  /** A part of the list of experiments, by columns. */
  readonly page: { readonly request: Omit<PageRequest, 'ids' | 'unread'>; readonly answer: Page };
  /** The same cells of these experiments: those that changed. */
  readonly pageRows: {
    readonly request: { readonly keys: readonly Key[]; readonly columns?: readonly string[] };
    readonly answer: PageRows;
  };
  /** How often each value of some fields occurs. */
  readonly facets: { readonly request: Omit<FacetsRequest, 'ids' | 'unread'>; readonly answer: Facets };
  /** Values of a field with their counts, to complete a query. */
  readonly values: { readonly request: Omit<ValuesRequest, 'ids' | 'unread'>; readonly answer: FieldValues };
  /** Which experiments changed since a version of the view. */
  readonly changes: { readonly request: { readonly since: number }; readonly answer: Changes };
  /** What ended, started and was made since a time. */
  readonly activity: { readonly request: ActivityRequest; readonly answer: Activity };
  /** The GPU hours of the last days, of all experiments. */
  readonly gpuHours: { readonly request: { readonly days: number }; readonly answer: GpuHours };
};

const DAY_MS = 86_400_000;

const key: Reader<Key> = (value, name) => text(value, name) as Key;

export const experimentsCalls: CallsOf<ExperimentsApi> = {
  page: {
    place: 'tables',
    read: object({
      ...SELECTION,
      columns: optional(listOf(text)),
      sort: optional(sort),
      offset: optional(count),
      limit: optional(count),
      orderVersion: optional(count),
    }),
    answer: (request, { manager }) => manager.page(request),
  },
  pageRows: {
    place: 'tables',
    read: object({ keys: listOf(key), columns: optional(listOf(text)) }),
    answer: ({ keys, columns }, { manager }) => manager.pageRows(keys, columns),
  },
  facets: {
    place: 'tables',
    read: object({ ...SELECTION, fields: optional(listOf(text)), limit: optional(count) }),
    answer: (request, { manager }) => manager.facets(request),
  },
  values: {
    place: 'tables',
    read: object({ ...SELECTION, field: text, prefix: optional(text), limit: optional(count) }),
    answer: (request, { manager }) => manager.values(request),
  },
  changes: {
    place: 'here',
    read: object({ since: count }),
    answer: ({ since }, { manager, live }) => {
      live?.renewLease();
      return manager.changes(since);
    },
  },
  activity: {
    place: 'tables',
    read: object({ sinceMs: number, limit: optional(count) }),
    answer: (request, { manager }) => manager.activity(request),
  },
  gpuHours: {
    place: 'tables',
    read: object({ days: number }),
    // By the clock of the server: jobs are timed by it, too.
    answer: ({ days }, { manager }) => manager.gpuHours(nowMs() - days * DAY_MS),
  },
};
