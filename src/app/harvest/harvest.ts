import { SheafError, type Problem } from '../../core/errors.ts';
import { hasRunSinceHarvest } from '../../core/experiment/record.ts';
import { getExperimentStatus } from '../../core/experiment/status.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { asksTheSame } from '../../harvest/index.ts';
import { yieldToEventLoop } from '../../system/index.ts';
import { openRuleBook } from './harvest-rules.ts';
import { type AskedRules, harvestAsking } from './harvest-files.ts';
import { harvestOne, lacksRequired } from './harvest-one.ts';
import type { Project } from '../project/project.ts';
import { openRecorder, problemsOf } from './recorder.ts';
import { refresh } from '../observe/refresh.ts';
import type { HarvestLine, HarvestReport, RunOptions, Selector } from '../project/types.ts';
import { isSelective, openChosen, openSelection, type OpenSelection } from '../experiments/select.ts';

export interface HarvestSelector extends Selector {
  /** Every experiment, also those that were harvested: their files are read again. */
  readonly all?: boolean;
}

export interface HarvestOptions extends RunOptions {
  /** Take the values so far of what still runs. */
  readonly live?: boolean;
}

/**
 * Reads results by the rules of today's templates and records them. What has not changed is not read again.
 *
 * Without names and without `all`: what has ended and was not harvested since, or by other rules, or lacks a
 * required metric. When `signal` is aborted, what was read is recorded and the report has its progress.
 *
 * @throws SheafError as `chosen`; the problems of templates when nothing could be harvested because of them
 */
export async function harvestExperiments(
  project: Project,
  selector: HarvestSelector = {},
  options: HarvestOptions = {},
): Promise<HarvestReport> {
  const warnings = await upToDate(project);
  const { selection, isEager } = candidates(project, selector, options);
  const book = await openRuleBook(project);
  const recorder = openRecorder(project);
  const lines: HarvestLine[] = [];
  const problems: Problem[] = [];
  const total = selection.count();
  let seen = 0;
  for (const experiment of selection.rows()) {
    await yieldToEventLoop();
    if (options.signal?.aborted) break;
    seen += 1;
    const { template } = experiment.config;
    const asked = book.askedOf(template);
    if (isEager || (asked && isDue(experiment, asked))) {
      try {
        lines.push(
          await harvestOne(project, experiment, asked, { ...options, again: selector.all === true }, recorder),
        );
      } catch (error) {
        if (options.signal?.aborted) break;
        problems.push(...problemsOf(error));
      }
    }
    await recorder.flush(false);
    options.progress?.(seen, total, 'read');
  }
  await recorder.flush(true);
  return report(
    lines,
    [...book.problems(), ...problems],
    [
      ...warnings,
      ...selection.warnings,
      ...book.warnings(),
      ...recorder.warnings(),
      ...(seen < total && options.signal?.aborted
        ? [`stopped after ${seen} of ${total}; sheaf harvest goes on from there`]
        : []),
    ],
  );
}

/** A broken template keeps nothing else from being harvested; without anything else, it is the answer. */
function report(
  lines: readonly HarvestLine[],
  problems: readonly Problem[],
  warnings: readonly string[],
): HarvestReport {
  const [first, ...others] = problems;
  const isAll = lines.every(({ kind }) => kind === 'no_rules');
  if (first !== undefined && isAll) throw new SheafError([first, ...others], first.code.startsWith('file.') ? 1 : 2);
  return { lines, problems, warnings };
}

/** Whether a job still runs is asked first: otherwise a run that has ended would be skipped as running. */
async function upToDate(project: Project): Promise<readonly string[]> {
  try {
    return (await refresh(project)).warnings;
  } catch (error) {
    if (error instanceof SheafError) return [`what still runs is not known: ${error.message}`];
    throw error;
  }
}

/** `isEager`: each of them is reported, also when there is nothing to do. */
function candidates(
  project: Project,
  selector: HarvestSelector,
  { live }: HarvestOptions,
): { selection: OpenSelection; isEager: boolean } {
  if (isSelective(selector)) return { selection: openChosen(project, selector), isEager: true };
  if (selector.all) return { selection: openSelection(project, {}), isEager: true };
  const status = ['completed', 'failed', 'cancelled', 'stopped', ...(live ? ['running'] : [])];
  return { selection: openSelection(project, { status }), isEager: false };
}

/** Whether a harvest may find something new; looks at no file, for it is asked of every experiment that ended. */
function isDue(experiment: Experiment, asked: AskedRules): boolean {
  const { record } = experiment;
  const known = record.harvest?.value.harvest;
  if (known === undefined || hasRunSinceHarvest(record)) return true;
  const { status } = getExperimentStatus(record);
  if (status === 'running') return true;
  return (
    (status === 'completed' && lacksRequired(known)) ||
    !asksTheSame(harvestAsking(experiment, asked), known.fingerprint)
  );
}
