import { formatCount, formatList } from '../../core/text/phrases.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { Status } from '../../core/experiment/status.ts';
import { areEqual, flatten } from '../../core/value.ts';
import { groupName, type Column, type Group } from '../../report/index.ts';
import { findExperiment } from '../project/find.ts';
import type { MetricGroup } from './metric-group.ts';
import { expIdAt, type GroupTable } from './group-table.ts';
import { openWatch } from './missing.ts';
import type { Unreadable } from '../harvest/unread.ts';
import type { Project } from '../project/project.ts';

interface GroupedRows {
  readonly table: GroupTable;
  readonly rows: readonly Group<number>[];
  readonly groups: readonly MetricGroup[];
}

/**
 * What one must know of the groups to read their means rightly.
 *
 * @param mayDiffer parameters in which members of a group may differ, beside their seeds
 */
export function groupWarnings(
  project: Project,
  by: readonly Column[],
  { table, rows, groups }: GroupedRows,
  { mayDiffer = [], unreadable }: { readonly mayDiffer?: readonly string[]; readonly unreadable: Unreadable },
): string[] {
  const apart = new Set([...by.filter(({ source }) => source === 'params').map(({ name }) => name), ...mayDiffer]);
  return [
    ...staleWarnings(table, unreadable),
    ...mixtureWarnings(project, apart, table, rows),
    ...seedWarnings(by, groups),
    ...brokenWarnings(table, groups),
    ...textWarnings(project, table),
  ];
}

function staleWarnings({ outlines }: GroupTable, unreadable: Unreadable): string[] {
  const watch = openWatch(unreadable);
  for (const outline of outlines) watch.seeSummary(outline);
  return watch.warnings();
}

/** At most this many pairs of experiments are compared: they name what differs, and one pair is enough to warn. */
const MOST_PAIRS = 300;

/** Parameters that differ within a group although they are no seeds: the mean then mixes different things. */
function mixtureWarnings(
  project: Project,
  apart: ReadonlySet<string>,
  table: GroupTable,
  groups: readonly Group<number>[],
): string[] {
  const mixed = new Set<string>();
  const pairs = differingPairs(table, groups).map((pair) => pair.map((place) => expIdAt(table, place)));
  const found = project.store.findAll([...new Set(pairs.flat())]);
  for (const pair of pairs) {
    const [a, b] = pair.map((expId) => found.get(expId));
    if (a === undefined || b === undefined) continue;
    for (const name of listDifferingParams(a, b)) if (!apart.has(name)) mixed.add(name);
  }
  return warnOfMixture([...mixed]);
}

/** The parameters that are not the same in both, and are no seeds. */
export function listDifferingParams(a: Experiment, b: Experiment): string[] {
  const [before, after] = [new Map(flatten(a.config.params)), new Map(flatten(b.config.params))];
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => !b.config.seeds.includes(name) && !areEqual(before.get(name), after.get(name)));
}

/** Told of the parameters that differ within a group though they are no seeds. */
export function warnOfMixture(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const [first = ''] = names;
  const [which, them, one] =
    names.length === 1 ? ['which is not a seed', 'it', 'it'] : ['which are not seeds', 'them', 'one of them'];
  return [
    `experiments of one group also differ in ${formatList(names)}, ${which}: group by ${them}, too, or filter; ` +
      `if ${one} only repeats runs, add schema: {${getTopName(first)}: {role: seed}} to the template, for new experiments`,
  ];
}

/** Only whole parameters have a role. */
function getTopName(name: string): string {
  return name.split('.')[0] ?? name;
}

/** Of each group the first one, with one of each other setup in it. */
function differingPairs(table: GroupTable, groups: readonly Group<number>[]): [number, number][] {
  const pairs: [number, number][] = [];
  for (const { rows } of groups) {
    const [first] = rows;
    if (first === undefined) continue;
    const seen = new Set([table.outlines[first]?.setup]);
    for (const place of rows) {
      const setup = table.outlines[place]?.setup;
      if (seen.has(setup)) continue;
      seen.add(setup);
      pairs.push([first, place]);
      if (pairs.length >= MOST_PAIRS) return pairs;
    }
  }
  return pairs;
}

/** Sources whose rules can read the number out of a text. */
const READS_NUMBERS = /^(?:log|json|yaml|csv|tsv|jsonl) /;

/** Texts such as `95.2%` are in no mean, though a number is meant. */
function textWarnings(project: Project, table: GroupTable): string[] {
  return table.texts.map(({ name, places, example }) => {
    const said = `${name} is text in ${formatCount(places.length, 'experiment')}, such as ${JSON.stringify(example.slice(0, LONGEST_EXAMPLE))}, and means need numbers`;
    const [place = 0] = places;
    const { config, record } = findExperiment(project, expIdAt(table, place));
    const rule = record.harvest?.value.harvest.metrics[name]?.source.rule ?? '';
    return READS_NUMBERS.test(rule)
      ? `${said}: add "number: true" to the rule of ${name} in templates/${config.template}.yaml, then: sheaf harvest`
      : `${said}: let the program write the number alone`;
  });
}

const LONGEST_EXAMPLE = 40;

const MOST_GROUPS = 3;

/** `lr=0.1 has 2 of 3 seeds: seed 3 is missing`. */
function seedWarnings(by: readonly Column[], groups: readonly MetricGroup[]): string[] {
  const lacking = groups.filter(({ absentSeeds }) => absentSeeds.length > 0);
  const lines = lacking.slice(0, MOST_GROUPS).map((group) => {
    const { absentSeeds, seeds } = group;
    const has = `${groupName(by, group)} has ${seeds} of ${formatCount(seeds + absentSeeds.length, 'seed')}`;
    return `${has}: ${formatList(absentSeeds)} ${absentSeeds.length === 1 ? 'is' : 'are'} missing`;
  });
  const more = lacking.length - lines.length;
  if (more === 0) return lines;
  return [...lines, `${formatCount(more, 'more group')} ${more === 1 ? 'has' : 'have'} fewer seeds than the others`];
}

/** Runs that ended badly may still have left a value, and those that have not ended may have one so far. Both are in the mean. */
function brokenWarnings({ metrics, outlines }: GroupTable, groups: readonly MetricGroup[]): string[] {
  if (!groups.some(({ unfinished }) => unfinished.length > 0)) return [];
  const namesOf = (...statuses: readonly Status[]): string[] =>
    outlines.flatMap(({ expId, status }, place) =>
      statuses.includes(status) && metrics.some(({ number }) => number(place) !== undefined) ? [expId] : [],
    );
  const say = (names: readonly string[], words: string): string[] =>
    names.length === 0
      ? []
      : [
          `${formatCount(names.length, 'experiment')} ${words}, with values that are in the means: ${formatList(names)}; ` +
            'to leave them out, filter by status = completed',
        ];
  const open = namesOf('queued', 'running');
  return [
    ...say(namesOf('failed', 'cancelled'), 'failed or cancelled'),
    ...say(open, `${open.length === 1 ? 'has' : 'have'} not ended`),
  ];
}
