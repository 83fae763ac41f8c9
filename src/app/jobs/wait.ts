import { inputError } from '../../core/errors.ts';
import { formatCount } from '../../core/text/phrases.ts';
import { getExperimentStatus, type Status } from '../../core/experiment/status.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { formatEstimate } from '../../core/units.ts';
import { withoutUndefined } from '../../core/value.ts';
import { loadWholeProgram, sleep } from '../../system/index.ts';
import { retryAdvice, type RetryAdvice } from '../experiments/outdated.ts';
import { selectAll } from '../experiments/select.ts';
import { openAutoPruner, type AutoPruned } from '../prune/auto-prune.ts';
import { openResultReader } from '../harvest/result-reader.ts';
import type { Project } from '../project/project.ts';
import type { RoundsTaken, RoundTaker } from '../project/rounds.ts';
import type { NewResults, RunOptions, Selector, StatusReport } from '../project/types.ts';
import { reportStatus } from './status.ts';

/** Pause between two looks, milliseconds: short at first, so that short jobs are noticed soon. */
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 2_000;
const GROWTH = 1.3;

/** Names in one command; more are chosen by a query. */
const MOST_NAMED = 8;

export interface WaitOptions extends RunOptions {
  /** Told after each look. */
  readonly onChange?: (report: StatusReport) => void;
  /** `false`: results are not read, and nothing is pruned. */
  readonly harvest?: boolean;
  /** Lets adaptive sweeps go on. A sweep that is waited for has ended when it proposes no more members. */
  readonly rounds?: RoundTaker;
}

/** The end of a wait. */
export interface Waited extends StatusReport {
  /** What was read of those that completed. */
  readonly results: NewResults;
  /** How to run the first one again that failed. */
  readonly retry?: RetryAdvice;
}

/**
 * Waits until none of the experiments is active any more, reads the results of those that complete, and prunes their
 * checkpoints if their policy says `auto: true`.
 *
 * @throws SheafError `wait.not_submitted` when none of them was ever submitted
 */
export async function waitFor(project: Project, selector: Selector, options: WaitOptions): Promise<Waited> {
  const watch = watchAndRead(project, selector, options);
  for (;;) {
    const step = await watch.next();
    if (step.done) return step.value;
    options.onChange?.(step.value);
  }
}

/** {@link waitFor} that gives the report of each look. */
export async function* watchAndRead(
  project: Project,
  selector: Selector,
  options: Omit<WaitOptions, 'onChange'>,
): AsyncGenerator<StatusReport, Waited> {
  const { signal, progress, harvest = true, rounds } = options;
  const reader = openResultReader(project, selector, options);
  const pruner = openAutoPruner(project);
  const auto: AutoPruned[] = [];
  let last: StatusReport | undefined;
  const chosen = (): readonly Experiment[] => selectAll(project, selector);
  const watching = { ...(signal && { signal }), ...(rounds && { rounds }), sweep: selector.sweep };
  for await (const report of watchUntilEnded(project, chosen, watching)) {
    last = report;
    yield report;
    const { running, queued, ended } = countWaiting(report);
    progress?.(ended, report.lines.length, `ended, ${running} running, ${queued} queued${describeTimeLeft(report)}`);
    if (!harvest || running + queued === 0) continue;
    await reader.readSome(report.unread);
    auto.push(await pruner.prune(listCompleted(report)));
  }
  if (last === undefined) throw new Error('the watch ended without a look');
  const results = await reader.readRest(harvest ? last.unread : 0);
  if (harvest) auto.push(await pruner.prune(listCompleted(last)));
  const places = new Map(last.lines.map(({ expId }, i) => [expId, i]));
  const lines = results.lines.toSorted((a, b) => (places.get(a.expId) ?? 0) - (places.get(b.expId) ?? 0));
  const failed = last.lines.find(({ status }) => status === 'failed');
  const retry = failed && (await retryAdvice(project, failed.expId));
  const pruned = auto.flatMap((each) => each.pruned);
  const warnings = [...results.warnings, ...auto.flatMap((each) => each.warnings)];
  return { ...last, results: { ...results, lines, pruned, warnings }, ...withoutUndefined({ retry }) };
}

function listCompleted({ lines }: StatusReport): string[] {
  return lines.flatMap(({ expId, status }) => (status === 'completed' ? [expId] : []));
}

/**
 * Looks at experiments again and again, soon after a change and seldom later; the last report is the one in which none is
 * active any more. Each look records what changed, and submits what was deferred or is retried by rule.
 *
 * @throws SheafError `wait.not_submitted` when none of them was ever submitted
 */
async function* watchUntilEnded(
  project: Project,
  chosen: (project: Project) => readonly Experiment[],
  { signal, rounds, sweep }: Pick<WaitOptions, 'signal' | 'rounds'> & { readonly sweep?: string | undefined },
): AsyncGenerator<StatusReport> {
  loadWholeProgram();
  const never = neverSubmitted(chosen(project));
  /** What the sweep did after the look that found none of its members active. */
  let late: RoundsTaken | undefined;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * GROWTH, LONGEST_PAUSE_MS)) {
    const found = await reportStatus(project, chosen, rounds && (() => rounds.take({ ...(signal && { signal }) })));
    const report = addRounds(never === undefined ? found : { ...found, warnings: [...found.warnings, never] }, late);
    yield report;
    late = undefined;
    const { running, queued } = countWaiting(report);
    if (running + queued === 0) {
      // Its last members may just have ended, and make room for others.
      late = sweep === undefined ? undefined : await rounds?.take({ now: true, ...(signal && { signal }) });
      if (late === undefined) return;
      if (!late.goesOn.includes(sweep ?? '')) {
        if (late.effects.length + late.warnings.length > 0) yield addRounds({ ...report, rounds: [] }, late);
        return;
      }
      pauseMs = FIRST_PAUSE_MS;
    }
    if (report.changed.length > 0) pauseMs = FIRST_PAUSE_MS;
    await sleep(pauseMs, signal);
  }
}

function addRounds(report: StatusReport, late: RoundsTaken | undefined): StatusReport {
  if (late === undefined) return report;
  return {
    ...report,
    rounds: [...late.effects, ...report.rounds],
    warnings: [...new Set([...report.warnings, ...late.warnings])],
  };
}

function describeTimeLeft({ progress }: StatusReport): string {
  return progress?.leftMs === undefined ? '' : `, ${formatEstimate(progress.leftMs / 1_000)} left`;
}

function countWaiting({ lines }: StatusReport): {
  readonly running: number;
  readonly queued: number;
  readonly ended: number;
} {
  const count = (wanted: Status): number => lines.filter(({ status }) => status === wanted).length;
  const [running, queued] = [count('running'), count('queued')];
  return { running, queued, ended: lines.length - count('created') - running - queued };
}

/** The message about those among them that were never submitted. @throws SheafError when that is all of them */
function neverSubmitted(experiments: readonly Experiment[]): string | undefined {
  const never = experiments.filter(({ record }) => getExperimentStatus(record).status === 'created');
  if (never.length === 0) return undefined;
  const message = `${formatCount(never.length, 'experiment')} ${never.length === 1 ? 'has' : 'have'} not been submitted`;
  const fix = submitCommand(never);
  if (never.length < experiments.length) return `${message}: ${fix}`;
  throw inputError('wait.not_submitted', message, { fix, now: 'nothing was waited for' });
}

function submitCommand(experiments: readonly Experiment[]): string {
  const sweeps = new Set(experiments.map(({ sweep }) => sweep));
  const [sweep] = sweeps;
  if (experiments.length <= MOST_NAMED) return `sheaf submit ${experiments.map(({ expId }) => expId).join(' ')}`;
  if (sweeps.size === 1 && sweep !== undefined) return `sheaf submit --sweep ${sweep}`;
  return 'sheaf submit --where "status = created"';
}
