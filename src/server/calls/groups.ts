import type {
  GroupPage,
  GroupReference,
  GroupsRequest,
  Members,
  MembersRequest,
  RankedGroups,
  RankRequest,
} from '../../app/index.ts';
import { inputError } from '../../core/errors.ts';
import type { CallsOf } from './call.ts';
import { count, listOf, object, optional, text, type Reader } from './reading.ts';
import { SELECTION, sort } from './selection.ts';

/** Groups of experiments: runs that differ in seeds alone, or by the values of fields. */
export type GroupsApi = {
  /** A part of the list of groups, by columns. */
  readonly groups: { readonly request: Omit<GroupsRequest, 'ids'>; readonly answer: GroupPage };
  /** The experiments of a group, by columns. */
  readonly members: { readonly request: Omit<MembersRequest, 'ids'>; readonly answer: Members };
  /** Groups by the mean of a metric, each compared with the best or another one. */
  readonly rankGroups: { readonly request: Omit<RankRequest, 'ids'>; readonly answer: RankedGroups };
};

const reference: Reader<GroupReference> = (value, name) => {
  const { group, expId } = object({ group: optional(text), expId: optional(text) })(value, name);
  if (group !== undefined && expId === undefined) return { group };
  if (expId !== undefined && group === undefined) return { expId };
  throw inputError('request.value', 'a baseline is a group or an experiment', { fix: 'reload the page' });
};

export const mode: Reader<'max' | 'min'> = (value) => {
  if (value === 'max' || value === 'min') return value;
  throw inputError('request.value', 'the best value is max or min', { fix: 'reload the page' });
};

const PART = {
  ...SELECTION,
  by: optional(listOf(text)),
  columns: optional(listOf(text)),
  offset: optional(count),
  limit: optional(count),
} as const;

export const groupsCalls: CallsOf<GroupsApi> = {
  groups: {
    place: 'tables',
    read: object({ ...PART, sort: optional(sort), reference: optional(reference) }),
    answer: (request, { manager }) => manager.groups(request),
  },
  members: {
    place: 'tables',
    read: object({ ...PART, group: text }),
    answer: (request, { manager }) => manager.members(request),
  },
  rankGroups: {
    place: 'tables',
    read: object({ ...PART, metric: text, mode: optional(mode), reference: optional(reference) }),
    answer: (request, { manager }) => manager.rankGroups(request),
  },
};
