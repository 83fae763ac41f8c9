import { matches, parseQuery, listQueryFields, checkQuery } from '../../../../core/query/query.ts';
import { groupKeyOf } from '../../../../core/sweep/group-key.ts';
import type { Value } from '../../../../core/value.ts';
import type { Api } from '../../../../server/index.ts';

export type Sweep = Api['sweep']['answer'];
export type Members = NonNullable<Sweep['members']>;
export type Parameter = Members['parameters'][number];
export type RunMetric = Sweep['metrics'][number];

/** Members that differ in seeds alone. */
export interface MemberGroup {
  /** See {@link groupKeyOf}, of its parameters in their order. */
  readonly key: string;
  /** `lr 1e-4, wd 0.1`; empty if the members differ in seeds alone. */
  readonly name: string;
  /** Places of its members. */
  readonly places: readonly number[];
}

/** The parameters that are no seeds. */
export function listSettings({ parameters }: Members): Parameter[] {
  return parameters.filter(({ isSeed }) => !isSeed);
}

/** Groups in the order in which their first members were made. */
export function groupMembers(members: Members): MemberGroup[] {
  const settings = listSettings(members);
  const places = [...members.expIds.keys()];
  const groups = Map.groupBy(places, (place) => groupKeyOf(settings.map(({ values }) => values[place])));
  return [...groups].map(([key, own]) => ({
    key,
    name: settings.map(({ label, texts }) => `${label} ${texts[own[0] ?? 0] || 'none'}`).join(', '),
    places: own,
  }));
}

/** Which members fit a query. */
export interface Chosen {
  readonly isChosen: readonly boolean[];
  readonly count: number;
  /** The query; empty if it cannot be answered here. */
  readonly where: string;
  /** Fields of the query that the page does not have, or what is wrong with it. */
  readonly problem?: string;
}

/** @param where blank: all. All count as chosen if the query cannot be answered here */
export function chooseMembers(sweep: Sweep, members: Members, where: string): Chosen {
  const all = (problem?: string): Chosen => ({
    isChosen: members.expIds.map(() => true),
    count: members.expIds.length,
    where: '',
    ...(problem !== undefined && { problem }),
  });
  const checked = checkQuery(where);
  if (!checked.ok) return all(`The filter is ignored: ${checked.problem.message}.`);
  if (checked.terms.length === 0) return all();
  const query = parseQuery(where);
  const columns = new Map(listQueryFields(query).map((field) => [field, findColumn(sweep, members, field)]));
  const unknown = [...columns].filter(([, column]) => column === undefined).map(([field]) => field);
  if (unknown.length > 0) return all(`The filter is ignored: this page does not have ${unknown.join(', ')}.`);
  const isChosen = members.expIds.map((_, place) =>
    matches(query, (field) => columns.get(field)?.[place] ?? undefined, 0),
  );
  return { isChosen, count: isChosen.filter(Boolean).length, where };
}

function findColumn({ metric }: Sweep, members: Members, field: string): readonly (Value | undefined)[] | undefined {
  if (field === 'exp_id') return members.expIds;
  if (field === 'status') return members.statuses;
  const isNamed = (name: string, source: string): boolean => field === name || field === `${source}.${name}`;
  const parameter = members.parameters.find(({ name }) => isNamed(name, 'params'));
  if (parameter !== undefined) return parameter.values;
  return metric !== undefined && isNamed(metric, 'results') ? members.values : undefined;
}
