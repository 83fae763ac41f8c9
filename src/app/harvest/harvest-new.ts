import { join } from 'node:path';
import { formatError, SheafError } from '../../core/errors.ts';
import type { Key } from '../../core/ids.ts';
import type { Harvest, MissingMetric } from '../../core/experiment/metric.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { yieldToEventLoop, getFileFacts, isWritable, makeFolder, removePath, userName } from '../../system/index.ts';
import { openSelection } from '../experiments/select.ts';
import { takeLock } from '../project/lock.ts';
import { experimentFolder, type Project } from '../project/project.ts';

import type { HarvestLine, NewResults, RunOptions, Selector } from '../project/types.ts';
import type { AskedRules } from './harvest-files.ts';
import { describeLine, harvestOne } from './harvest-one.ts';
import { openRuleBook, type RuleBook } from './harvest-rules.ts';
import { openRecorder, type Recorder } from './recorder.ts';

export interface NewResultsOptions extends RunOptions {
  /** How long to read at most, milliseconds; by default until all is read. */
  readonly forMs?: number;
  /** Runs that stay pending. */
  readonly leave?: ReadonlySet<Key>;
}

/** What a command on another host that was killed keeps from being read, is read by others after this time. Milliseconds. */
const LOCK_MS = 3_600_000;

const NOTHING: NewResults = { lines: [], pending: 0, warnings: [] };

/**
 * Reads the results of what completed and records them, each run once: what could not be read is recorded as missing, with
 * the reason, and is left to `sheaf harvest`. Left alone are experiments whose template has no rules or says
 * `auto_harvest: false`, those of others with rules that run programs, and all of a project that one may only read.
 *
 * One command at a time does this, on whatever host. It never fails because of results: what keeps them from being read is
 * in the warnings.
 *
 * @throws SheafError as `openSelection`; the reason of the signal when it is aborted, after all that was read is recorded
 */
export async function harvestNew(
  project: Project,
  selector: Selector = {},
  options: NewResultsOptions = {},
): Promise<NewResults> {
  const { store } = project;
  if (store.localFolder === undefined || !isWritable(store.paths.sheaf)) return NOTHING;
  try {
    makeFolder(store.paths.claims);
    if (!isWritable(store.paths.claims)) return NOTHING;
    const lock = join(store.paths.claims, 'harvest');
    if (takeLock(lock, LOCK_MS) !== undefined) return { ...NOTHING, pending: countNew(project, selector), busy: true };
    try {
      return await readNew(project, selector, options);
    } finally {
      removePath(lock);
    }
  } catch (error) {
    if (!(error instanceof SheafError) || options.signal?.aborted) throw error;
    return {
      ...NOTHING,
      pending: countNew(project, selector),
      warnings: [`results could not be read: ${error.message}`],
    };
  }
}

function countNew(project: Project, selector: Selector): number {
  return openSelection(project, { ...selector, unread: true }).count();
}

async function readNew(
  project: Project,
  selector: Selector,
  { signal, progress, forMs, leave }: NewResultsOptions,
): Promise<NewResults> {
  // Another command may just have read them.
  await project.store.refresh();
  const book = await openRuleBook(project);
  const all = openSelection(project, { ...selector, unread: true });
  const templates = all.templates().filter((template) => book.isAutomatic(template));
  const warnings = book.problems().map(({ message }) => `results are not read: ${message}`);
  if (templates.length === 0) return { ...NOTHING, warnings };
  const selection = openSelection(project, { ...selector, unread: true, templates });
  const total = selection.count();
  const recorder = openRecorder(project);
  const limit = AbortSignal.any([
    ...(signal ? [signal] : []),
    ...(forMs === undefined ? [] : [AbortSignal.timeout(forMs)]),
  ]);
  const lines: HarvestLine[] = [];
  let [notOurs, cutOff]: [number, Key | undefined] = [0, undefined];
  for (const experiment of selection.rows()) {
    await yieldToEventLoop();
    if (limit.aborted) break;
    if (leave?.has(experiment.key)) continue;
    const line = await readOne(project, experiment, book, recorder, limit);
    if (line !== undefined) lines.push(line);
    else if (limit.aborted) cutOff = experiment.key;
    else notOurs += 1;
    await recorder.flush(false);
    progress?.(lines.length + notOurs, total, 'results read');
  }
  await recorder.flush(true);
  signal?.throwIfAborted();
  return {
    lines,
    pending: total - notOurs - lines.length,
    warnings: [...warnings, ...recorder.warnings()],
    ...(cutOff && { cutOff }),
  };
}

/** Undefined when it is not to be read by this command, or was cut off. */
async function readOne(
  project: Project,
  experiment: Experiment,
  book: RuleBook,
  recorder: Recorder,
  signal: AbortSignal,
): Promise<HarvestLine | undefined> {
  const asked = book.askedOf(experiment.config.template);
  if (asked === undefined || !isMine(project, experiment, asked)) return undefined;
  // Whatever keeps it from being read is recorded, so that no other command stumbles over it again.
  const fail = (missing: MissingMetric): HarvestLine => {
    const failed = describeFailure(experiment, asked, missing);
    recorder.add(experiment, failed);
    return describeLine(experiment, failed, false);
  };
  try {
    const line = await harvestOne(project, experiment, asked, { signal }, recorder);
    return line.kind === 'not_run' ? fail({ reason: 'not_run', said: 'its run left no trace' }) : line;
  } catch (error) {
    return signal.aborted ? undefined : fail({ reason: 'unreadable', said: formatError(error) });
  }
}

/** What others wrote into a template runs for their own experiments only; a folder that only others can write in is theirs. */
function isMine(project: Project, experiment: Experiment, { rules }: AskedRules): boolean {
  const runsProgram = Object.values(rules).some(({ source }) => source === 'exec');
  if (runsProgram && experiment.user !== userName()) return false;
  const folder = experimentFolder(project, experiment.expId);
  return getFileFacts(folder) === undefined || isWritable(folder);
}

/** What is known stays; nothing was found by the rules of now. The empty fingerprint makes the next harvest try again. */
function describeFailure({ record }: Experiment, { rules, versions }: AskedRules, why: MissingMetric): Harvest {
  const missing = Object.keys(rules).map((name) => [name, why]);
  return {
    metrics: record.harvest?.value.harvest.metrics ?? {},
    missing: Object.fromEntries(missing),
    attempts: [],
    partial: false,
    ...(versions && { rules: versions }),
    fingerprint: '',
  };
}
