import { cleanText, type PlannedExperiment, type PrunePlan, type Pruning } from '../../../app/index.ts';
import type { Problem } from '../../../core/errors.ts';
import type { CheckpointRef } from '../../../core/experiment/checkpoint-file.ts';
import type { KeepReason } from '../../../core/files/plan-pruning.ts';
import { formatBytes } from '../../../core/units.ts';
import { checkpointsPruneJson } from '../../../json/index.ts';
import { type Answer, exitCodeOf } from '../../shell/answer.ts';
import { count, some } from '../../shell/words.ts';
import { skippedLines } from '../acted.ts';
import { quotePath } from './checkpoints-view.ts';

/** Experiments that are listed; `--verbose` lists all, and their checkpoints. */
const MOST_SHOWN = 20;

/** What would go and what stays. */
export function pruneText(plan: PrunePlan, verbose: boolean): string {
  const { planned } = plan;
  const shown = verbose ? planned : planned.slice(0, MOST_SHOWN);
  const rest = planned.length - shown.length;
  return [
    ...plan.finished.map(finishedLine),
    ...shown.map((one) => (verbose ? detailedLines(one) : summaryLine(one))),
    ...(rest > 0 ? [`  and ${count(rest, 'more experiment')}; --verbose lists all\n`] : []),
    ...skippedLines(plan.skipped),
    ...unchangedLines(plan.unchanged, verbose),
    plan.withoutPolicy > 0 ? `${count(plan.withoutPolicy, 'experiment')} without a policy\n` : '',
  ].join('');
}

function finishedLine({ expId, putBack, deleted }: PrunePlan['finished'][number]): string {
  const parts = [
    ...(putBack > 0 ? [`put back ${count(putBack, 'checkpoint')}`] : []),
    ...(deleted > 0 ? [`deleted ${count(deleted, 'checkpoint')}`] : []),
  ];
  return `Finished an interrupted prune of ${expId}: ${parts.join(', ')}\n`;
}

/** Grouped by reason. Those whose checkpoints stay for reasons of their own are counted; `--verbose` lists them. */
function unchangedLines(unchanged: PrunePlan['unchanged'], verbose: boolean): string[] {
  const kept = unchanged.filter(({ why }) => why === undefined);
  const byReason = Map.groupBy(unchanged, ({ why }) => why);
  return [
    ...(verbose ? kept.map((one) => detailedLines({ ...one, removed: [], freed: 0 })) : []),
    ...[...byReason].map(([why, members]) => {
      if (why !== undefined)
        return `Nothing to delete of ${some(members.map(({ expId }) => expId))}: ${cleanText(why)}\n`;
      const hint = verbose ? '' : ' (--verbose shows why)';
      return `Nothing to delete of ${count(members.length, 'experiment')}: all checkpoints stay${hint}\n`;
    }),
  ];
}

/** `12 checkpoints of 3 experiments, 3.4 GiB` */
export function describePlan({ planned }: PrunePlan): string {
  const checkpoints = planned.reduce((sum, { removed }) => sum + removed.length, 0);
  return describeTotal(checkpoints, planned);
}

function describeTotal(checkpoints: number, all: readonly { readonly freed: number }[]): string {
  const bytes = all.reduce((sum, { freed }) => sum + freed, 0);
  return `${count(checkpoints, 'checkpoint')} of ${count(all.length, 'experiment')}, ${formatBytes(bytes)}`;
}

type ShownPlan = Omit<PlannedExperiment, 'key'>;

/** `  a  deletes 2 (20 MiB), keeps 3` */
function summaryLine({ expId, removed, kept, freed }: ShownPlan): string {
  return `  ${expId}  deletes ${removed.length} (${formatBytes(freed)}), keeps ${kept.length}\n`;
}

function detailedLines(one: ShownPlan): string {
  return [
    summaryLine(one),
    ...one.removed.map((file) => `    deletes  ${describeFile(file)}\n`),
    ...one.kept.map(
      ({ checkpoint, reasons }) =>
        `    keeps    ${describeFile(checkpoint)}  ${reasons.map(describeReason).join(', ')}\n`,
    ),
  ].join('');
}

function describeFile({ path, step, bytes }: CheckpointRef): string {
  return `${quotePath(path)}  ${step === undefined ? '' : `step ${step}  `}${formatBytes(bytes)}`;
}

function describeReason(reason: KeepReason): string {
  switch (reason.kind) {
    case 'newest':
      return 'the newest';
    case 'last':
      return 'one of the last';
    case 'best':
      return 'one of the best';
    case 'every':
      return 'at the interval';
    case 'pinned':
      return `pinned as ${reason.name}`;
    case 'start':
      return `${reason.exp} starts from it`;
    case 'linked':
      return `${quotePath(reason.name)} is a link to it`;
    case 'no_policy':
      return 'no policy for its stage';
    case 'no_step':
      return 'its step is not known';
    case 'no_value':
      return 'no checkpoint has a value of the metric';
    case 'not_ours':
      return cleanText(reason.why);
  }
}

/** The answer after a dry run, or after pruning. @param pruning absent if nothing was to be deleted, or only shown */
export function pruneAnswer(
  plan: PrunePlan,
  pruning: Pruning | undefined,
  verbose: boolean,
  isDryRun: boolean,
): Answer {
  const failed = [...plan.failed, ...(pruning?.failed ?? [])];
  const problems = [...plan.problems, ...joinAlike(failed)];
  const right = (pruning?.done ?? plan.planned).length + plan.unchanged.length;
  return {
    data: checkpointsPruneJson(plan, pruning, isDryRun),
    text: () => (pruning === undefined ? planText(plan, verbose) : prunedText(plan, pruning)),
    problems,
    warnings: plan.warnings,
    remarks: isWithoutPolicy(plan) ? [HOW_TO_KEEP] : [],
    exitCode: exitCodeOf(failed.length + plan.problems.length, failed.length + plan.problems.length + right),
  };
}

/** One problem in place of many that have the same remedy. */
function joinAlike(failed: PrunePlan['failed']): Problem[] {
  const alike = Map.groupBy(failed, ({ problem: { code, why, fix } }) => JSON.stringify([code, why, fix]));
  return [...alike.values()].flatMap(([first, ...more]) => {
    if (first === undefined) return [];
    if (more.length === 0) return [first.problem];
    const names = some([first, ...more].map(({ expId }) => expId));
    return [{ ...first.problem, now: `nothing of ${names} was deleted` }];
  });
}

function planText(plan: PrunePlan, verbose: boolean): string {
  const first = plan.planned.length > 0 ? `Would delete ${describePlan(plan)}` : 'Nothing to delete';
  return `${first}\n${pruneText(plan, verbose)}`;
}

function prunedText({ planned }: PrunePlan, { done, skipped }: Pruning): string {
  const deleted = done.reduce((sum, { files }) => sum + files.length, 0);
  const announced = new Map(planned.map(({ expId, removed }) => [expId, removed.length]));
  const left = done.reduce((sum, { expId }) => sum + (announced.get(expId) ?? 0), 0) - deleted;
  const first = deleted === 0 ? 'Nothing deleted' : `Deleted ${describeTotal(deleted, done)}`;
  const spared = `${count(left, 'checkpoint')} of the list above: needed by now, or already gone`;
  return `${first}\n${left > 0 ? `Left out ${spared}\n` : ''}${skippedLines(skipped).join('')}`;
}

const HOW_TO_KEEP =
  "nothing says what to keep: add checkpoint: {files: 'ck_{step}.pt', keep: {best: 1, last: 2}} to the template, or pass --keep-best and --keep-last";

function isWithoutPolicy({ planned, unchanged, skipped, failed, withoutPolicy }: PrunePlan): boolean {
  return withoutPolicy > 0 && planned.length + unchanged.length + skipped.length + failed.length === 0;
}
