import type { EventBody } from '../core/experiment/event.ts';
import { formatStart } from '../core/experiment/checkpoint-file.ts';
import type { Frozen } from '../core/experiment/frozen.ts';
import {
  getArrayIndex,
  getGitState,
  getResultsAge,
  listPins,
  listTags,
  type ExperimentRecord,
} from '../core/experiment/record.ts';
import type { Settings } from '../core/settings/settings.ts';
import { getStoppedStep } from '../core/experiment/stopped-step.ts';
import { getUndiagnosedOutcome } from '../core/experiment/outcome.ts';
import { getExperimentStatus, getWaitingOnly } from '../core/experiment/status.ts';
import type { Value } from '../core/value.ts';
import { getVersionInForce } from '../core/experiment/version.ts';
import { hash32 } from '../core/text/hash.ts';
import { checksum } from '../system/index.ts';
import type { SqlValue } from './sqlite.ts';

/** What never changes of an experiment and has a column. */
export interface Made {
  readonly template: string;
  readonly sweep: string | null;
  readonly description: string;
  readonly settings: Settings;
  /** JSON list. */
  readonly seeds: string;
  readonly setup: number;
}

/** What the event that made an experiment says of its columns. */
export function toMade({ config, description, sweep }: MakingEvent): Made {
  const { template, settings, seeds } = config;
  return {
    template,
    sweep: sweep ?? null,
    description,
    settings,
    seeds: JSON.stringify(seeds),
    setup: setupOf(config),
  };
}

export type MakingEvent = Pick<Extract<EventBody, { type: 'created' }>, 'config' | 'description' | 'sweep'>;

/** Rows of what many experiments share. */
export interface SharedRows {
  readonly settingId: (settings: Settings) => number;
  readonly rulesId: (rules: object) => number;
}

/** Columns of `experiment` that follow the record. */
const CHANGING = [
  'live',
  'exp_id',
  'created_stamp',
  'created',
  'user',
  'host',
  'tags',
  'status',
  'cause',
  'stage',
  'archived',
  'token',
  'array_index',
  'waiting',
  'submitted',
  'started',
  'ended',
  'last_end',
  'stopped_at',
  'git_commit',
  'branch',
  'results',
  'rules',
  'start_key',
  'start_from',
  'pins',
] as const;
/** Columns that are known once the event `created` was read. */
const FROZEN = [
  'template',
  'sweep',
  'description',
  'partition',
  'num_nodes',
  'num_gpus',
  'setting',
  'seeds',
  'setup',
] as const;

const ALL = [...CHANGING, ...FROZEN];

/** A new row: `id`, `key`, `changed`, then {@link buildChangingCells}, then {@link buildFrozenCells} or as many nulls. */
export const EXPERIMENT_ROW: { readonly into: string; readonly row: string } = {
  into: `INSERT INTO experiment (id, key, changed, ${ALL.join(', ')})`,
  row: `(?, ?, ?${', ?'.repeat(ALL.length)})`,
};

// Cells by place: SQLite looks up each name of a parameter among all of them. `changed` is the first, `id` the last.
export const UPDATE_CHANGING: string = updateSql(CHANGING);
export const UPDATE_ALL: string = updateSql(ALL);
export const UPDATE_VERSION: string = updateSql(['partition', 'num_nodes', 'num_gpus', 'setting']);
export const NOT_MADE: readonly SqlValue[] = FROZEN.map(() => null);

function updateSql(columns: readonly string[]): string {
  return `UPDATE experiment SET ${['changed', ...columns].map((name) => `${name} = ?`).join(', ')} WHERE id = ?`;
}

/** How an experiment counts in `tally`. */
export interface Counted {
  readonly live: number;
  readonly template: string;
  readonly status: string;
  readonly archived: number;
  readonly rules: number;
}

/** The cells of the columns that follow the record. */
export function buildChangingCells(
  record: ExperimentRecord,
  rulesId: SharedRows['rulesId'],
): { readonly cells: readonly SqlValue[]; readonly counted: Omit<Counted, 'template'> } {
  const { status, cause, stage } = getExperimentStatus(record);
  const outcome = stage?.outcome;
  const created = record.created;
  const git = getGitState(record);
  const start = created?.value.start;
  const age = getResultsAge(record);
  const rules = record.harvest?.value.harvest.rules;
  const ruleSet = rules === undefined ? null : rulesId(rules);
  const live = created !== undefined && record.removed === undefined ? 1 : 0;
  const archived = record.archived?.value === true ? 1 : 0;
  const row: Record<(typeof CHANGING)[number], SqlValue> = {
    live,
    exp_id: record.expId?.value ?? null,
    created_stamp: created?.stamp ?? null,
    created: created?.value.atMs ?? null,
    user: created?.value.user ?? null,
    host: created?.value.host ?? null,
    tags: JSON.stringify(listTags(record)),
    status,
    cause: cause ?? null,
    stage: stage?.stage ?? null,
    archived,
    token: stage?.attempt.token?.value ?? null,
    array_index: (stage && getArrayIndex(record, stage.attempt)) ?? null,
    waiting: status === 'queued' ? waitingText(record) : null,
    submitted: stage?.attempt.submittedMs ?? null,
    started: (outcome && 'startedMs' in outcome ? outcome.startedMs : undefined) ?? null,
    ended: (outcome && 'endedMs' in outcome ? outcome.endedMs : undefined) ?? null,
    last_end: findLastEnd(record),
    stopped_at: getStoppedStep(outcome) ?? null,
    git_commit: git?.commit ?? null,
    branch: git?.branch ?? null,
    results: age === 'none' ? null : age,
    rules: ruleSet,
    start_key: start?.key ?? null,
    start_from: start === undefined ? null : formatStart(start),
    pins: record.pins === undefined ? null : listPins(record).length || null,
  };
  return { cells: CHANGING.map((name) => row[name]), counted: { live, status, archived, rules: ruleSet ?? 0 } };
}

/** Also of stages that do not decide the status, and of attempts that others followed. */
function findLastEnd({ attempts }: ExperimentRecord): number | null {
  let last: number | null = null;
  for (const attempt of Object.values(attempts)) {
    const outcome = getUndiagnosedOutcome(attempt);
    if ('endedMs' in outcome) last = Math.max(last ?? 0, outcome.endedMs);
  }
  return last;
}

function waitingText(record: ExperimentRecord): string | null {
  const waiting = getWaitingOnly(record);
  return waiting === undefined ? null : JSON.stringify(waiting);
}

/** The cells of the columns that are known from the beginning. The requested resources follow the current version. */
export function buildFrozenCells(made: Made, record: ExperimentRecord, settingId: SharedRows['settingId']): SqlValue[] {
  const [partition, nodes, gpus, setting] = buildVersionCells(findSettingsInForce(record, made.settings), settingId);
  const row: Record<(typeof FROZEN)[number], SqlValue> = {
    template: made.template,
    sweep: made.sweep,
    description: made.description,
    partition,
    num_nodes: nodes,
    num_gpus: gpus,
    setting,
    seeds: made.seeds,
    setup: made.setup,
  };
  return FROZEN.map((name) => row[name]);
}

/** Settings that count now: the first ones, or those of the current version. */
export function findSettingsInForce(record: ExperimentRecord, first: Settings): Settings {
  return getVersionInForce(record)?.settings ?? first;
}

/** The cells of {@link UPDATE_VERSION}. */
export function buildVersionCells(
  settings: Settings,
  settingId: SharedRows['settingId'],
): [partition: SqlValue, nodes: SqlValue, gpus: SqlValue, setting: number] {
  const { partition, num_nodes, num_gpus } = settings.resources;
  const partitions = partition === undefined ? null : [partition].flat().join(',');
  return [partitions, num_nodes ?? null, num_gpus ?? null, settingId(settings)];
}

/**
 * Tells experiments apart that differ in more than seeds, in 52 bits: among 25,000 setups, two have the same with a
 * probability below 1 in 10 million.
 */
function setupOf({ template, params, seeds }: Frozen): number {
  const rest: { [name: string]: Value | undefined } = { ...params };
  // What is undefined is not written; deleting it would take longer than all the rest.
  for (const name of seeds) if (Object.hasOwn(rest, name)) rest[name] = undefined;
  const text = JSON.stringify([template, rest]);
  return Number.parseInt(checksum(text), 16) * 2 ** 20 + (hash32(text) >>> 12);
}
