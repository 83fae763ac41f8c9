import { describeExpected, describeRepetitions, describeRungs, describeSearch } from '../../core/search/index.ts';
import { formatSweepValue, readSpace, type Space, type SweepValue } from '../../core/sweep/sweep.ts';
import { formatClockTime } from '../../core/text/clock-time.ts';
import { formatProcessorTime } from '../../core/text/price-words.ts';
import { count, some } from '../shell/words.ts';
import {
  cleanText,
  type RunImportance,
  type SearchPlan,
  type SearchProgress,
  type Submitted,
  type SweepMade,
  type SweepPreview,
  type SweepSummary,
  type SweepSet,
} from '../../app/index.ts';
import { sweepJson, sweepMadeJson, sweepPlanJson, sweepSetJson } from '../../json/index.ts';
import type { Answer } from '../shell/answer.ts';
import { importanceText } from './statistics/importance-view.ts';
import { searchText } from './sweeps/search-view.ts';
import { waitJobText } from './sweeps/wait-job-view.ts';
import { countWords } from './status-view.ts';
import { submittedAnswer } from './submitted.ts';

/** What a sweep is, in two or three lines. */
export function sweepPlanText(plan: SweepPreview): string {
  const { firstId, lastId, search, ...price } = plan;
  const ids = firstId === lastId ? firstId : `${firstId} … ${lastId}`;
  return [
    `Sweep ${plan.name}: ${membersText(plan)}`,
    `  ids       ${ids}`,
    ...(price.gpuHours === undefined ? [] : [`  at most   ${formatProcessorTime(price.gpuHours, 'GPU')}`]),
    ...(price.cpuHours === undefined ? [] : [`  at most   ${formatProcessorTime(price.cpuHours, 'CPU')}`]),
    ...(search === undefined ? [] : searchPlanLines(search)),
    '',
  ].join('\n');
}

/** `12 experiments = 4 learning_rate × 3 seed`; of an extension, `4 new of 16 experiments = 4 learning_rate × 4 seed`. */
function membersText({ count: number, total, shape, search }: SweepPreview): string {
  if (search?.search.propose !== undefined)
    return `at most ${count(number, 'experiment')} over ${shape}${repetitionsText(search)}`;
  if (total === undefined) return `${count(number, 'experiment')} = ${shape}`;
  return `${number} new of ${count(total, 'experiment')} = ${shape}`;
}

function repetitionsText({ search }: SearchPlan): string {
  const repetitions = describeRepetitions(search);
  return repetitions === undefined ? '' : `, and at most ${repetitions}`;
}

/** Rungs, and the hours that are expected. */
function searchPlanLines({ search, rungs, expected }: SearchPlan): string[] {
  return [...searchLines(search, rungs), `  expected  ${describeExpected(expected)}`];
}

/** A sweep that would be created. */
export function sweepPlanAnswer(plan: SweepPreview): Answer {
  return {
    data: sweepPlanJson(plan),
    text: () => `${sweepPlanText(plan)}Dry run: nothing was created.\n`,
    warnings: plan.warnings,
  };
}

/** @param stopped the user interrupted it */
export function sweepMadeAnswer(made: SweepMade, stopped: boolean): Answer {
  return {
    data: sweepMadeJson(made),
    text: () => sweepPlanText(made) + limitText(made) + madeText(made, stopped),
    warnings: made.warnings,
    next: stopped ? [] : [`sheaf submit --sweep ${made.name}`],
  };
}

/** How many of its members run at once. */
function limitText({ maxParallel }: Pick<SweepSummary, 'maxParallel'>): string {
  return maxParallel === undefined ? '' : `  at once   at most ${maxParallel}\n`;
}

function isProposed({ search }: SweepPreview): boolean {
  return search?.search.propose !== undefined;
}

function madeText(made: SweepMade, stopped: boolean): string {
  const { name, created, existed, count: total } = made;
  if (isProposed(made)) return 'Created without members: sheaf proposes them as slots become free.\n';
  if (stopped) {
    // Without a name, the same command would make another sweep.
    const rest = `Run the same command, with the name ${name}, to create the rest`;
    return `Created ${created} of ${total}, then stopped. ${rest}.\n`;
  }
  if (created === 0) return 'Nothing to do: all experiments exist already.\n';
  return `Created ${created}${existed === 0 ? '' : `; ${existed} existed already`}.\n`;
}

/** A sweep that was created and submitted. */
export function sweepSubmittedAnswer(made: SweepMade, submitted: Submitted): Answer {
  const answer = submittedAnswer(submitted);
  return {
    ...answer,
    data: sweepMadeJson(made, submitted),
    text: (screen) => sweepPlanText(made) + madeText(made, false) + (answer.text?.(screen) ?? ''),
    warnings: [...new Set([...made.warnings, ...submitted.warnings])],
    next: [`sheaf status --sweep ${made.name} --watch`],
  };
}

/** What else is shown of a sweep. */
interface SweepDetails {
  readonly importance?: RunImportance;
  /** Why each trial was stopped. */
  readonly decisions?: boolean;
}

/** The parts of a sweep, and its members by status. */
export function sweepAnswer(summary: SweepSummary, { importance, decisions = false }: SweepDetails = {}): Answer {
  const { name, template, count: number, byStatus, parts, search, waitJob } = summary;
  return {
    data: sweepJson(summary, importance),
    text: (screen) =>
      [
        `Sweep ${name}: ${count(number, 'experiment')} from template ${template}\n`,
        number === 0 ? '' : `  status    ${countWords(byStatus)}\n`,
        limitText(summary),
        ...parts.map(
          ({ atMs, user, count: size, space }, i) =>
            `  ${i === 0 ? 'created  ' : 'extended '} ${formatClockTime(atMs)} by ${user}: ${size === 0 ? 'members are proposed' : count(size, 'experiment')}\n` +
            spaceLines(readSpace(space))
              .map((text) => `            ${cleanText(text)}\n`)
              .join(''),
        ),
        search === undefined ? '' : searchText(name, search, decisions, screen),
        waitJob === undefined ? '' : waitJobText(waitJob, search !== undefined),
        importance === undefined ? '' : `\n${importanceText(importance, screen)}`,
      ].join(''),
    warnings: importance?.warnings ?? [],
    next: [`sheaf list --sweep ${name}`],
  };
}

/** How a sweep goes on from now on. */
export function sweepSetAnswer(set: SweepSet): Answer {
  const { sweep, maxParallel, arrays, search, warnings } = set;
  const limit = maxParallel === undefined ? 'as many as fit' : `at most ${maxParallel}`;
  return {
    data: sweepSetJson(set),
    text: () =>
      [
        `Sweep ${sweep}: ${limit} at once\n`,
        ...arrays.map(({ job, maxParallel: share }) => `  job ${job}: ${share ?? 'no limit'}\n`),
        ...(search === undefined ? [] : searchProgressLines(search).map((text) => `${text}\n`)),
      ].join(''),
    warnings,
    next: [`sheaf sweep show ${sweep}`],
  };
}

function searchProgressLines({ search, rungs }: SearchProgress): string[] {
  const steps = rungs.map(({ step }) => step);
  return [
    ...searchLines(search, steps),
    ...(search.propose === undefined ? [] : [`  trials    at most ${search.propose.trials}`]),
  ];
}

/** What a search is, and the steps at which it compares members. */
function searchLines(search: SearchPlan['search'], rungs: readonly number[]): string[] {
  return [
    `  search    ${cleanText(describeSearch(search))}`,
    ...(search.stop === undefined ? [] : [`  rungs     ${describeRungs(rungs, search.stop)}`]),
  ];
}

/** Number of values of a parameter that are shown. */
const MOST_VALUES = 6;

/** What a search space varies, a line for each part: `seed = 1, 2, 3`. */
function spaceLines({ grid, zip, list, random }: Space): string[] {
  const tables = list === undefined ? zip : [...zip, list];
  return [
    ...grid.map(({ name, values }) => `${name} = ${some(values.map(formatSweepValue), MOST_VALUES)}`),
    ...tables.map(({ names, rows }) => `${names.join('+')} = ${some(rows.map(joined), MOST_VALUES)}`),
    ...(random?.draws ?? []).map(({ name, distribution }) => `${name} sampled from ${distributionText(distribution)}`),
    ...(random === undefined ? [] : [`sampled with --random-seed ${random.seed}`]),
  ];
}

type Distribution = NonNullable<Space['random']>['draws'][number]['distribution'];

function distributionText(distribution: Distribution): string {
  if (distribution.kind === 'choice') return `choice(${distribution.values.map(formatSweepValue).join(',')})`;
  return `${distribution.kind}(${distribution.low},${distribution.high})`;
}

function joined(values: readonly SweepValue[]): string {
  return values.map(formatSweepValue).join('+');
}
