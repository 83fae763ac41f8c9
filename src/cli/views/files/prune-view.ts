import { cleanText, type PlannedExperiment, type PrunePlan, type Pruning } from '../../../app/index.ts';
import type { Problem } from '../../../core/errors.ts';
import type { CheckpointRef } from '../../../core/experiment/checkpoint-file.ts';
import type { KeepReason } from '../../../core/experiment/plan-pruning.ts';
import { formatBytes } from '../../../core/units.ts';
import { checkpointsPruneJson } from '../../../json/index.ts';
import { type Answer, exitCodeOf } from '../../shell/answer.ts';
import { count, some } from '../../shell/words.ts';
import { skippedLines } from '../acted.ts';

/** Experiments that are listed; `--verbose` lists all, and their checkpoints. */
const MOST_SHOWN = 20;

/** What would go and what stays. */
export function pruneText(plan: PrunePlan, verbose: boolean): string {
  const { planned } = plan;
  const shown = verbose ? planned : planned.slice(0, MOST_SHOWN);
  const rest = planned.length - shown.length;
  return [
    ...shown.map((one) => (verbose ? detailedLines(one) : summaryLine(one))),
    ...(rest > 0 ? [`  and ${count(rest, 'more experiment')}; --verbose lists all\n`] : []),
    ...skippedLines(plan.skipped),
    plan.unchanged > 0
      ? `Nothing to delete of ${count(plan.unchanged, 'experiment')}: the policy keeps all checkpoints\n`
      : '',
    plan.withoutPolicy > 0 ? `${count(plan.withoutPolicy, 'experiment')} without a policy\n` : '',
  ].join('');
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

/** `  a  deletes 2 (20 MiB), keeps 3` */
function summaryLine({ expId, removed, kept, freed }: PlannedExperiment): string {
  return `  ${expId}  deletes ${removed.length} (${formatBytes(freed)}), keeps ${kept.length}\n`;
}

function detailedLines(one: PlannedExperiment): string {
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
  return `${cleanText(path)}  ${step === undefined ? '' : `step ${step}  `}${formatBytes(bytes)}`;
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
      return `${cleanText(reason.name)} is a link to it`;
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
  const right = (pruning?.done ?? plan.planned).length + plan.unchanged;
  return {
    data: checkpointsPruneJson(plan, pruning, isDryRun),
    text: () => (pruning === undefined ? planText(plan, verbose) : prunedText(pruning)),
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

function prunedText({ done, skipped }: Pruning): string {
  const deleted = done.reduce((sum, { files }) => sum + files.length, 0);
  const first = deleted === 0 ? 'Nothing deleted' : `Deleted ${describeTotal(deleted, done)}`;
  return `${first}\n${skippedLines(skipped).join('')}`;
}

const HOW_TO_KEEP =
  "nothing says what to keep: add checkpoint: {files: 'ck_{step}.pt', keep: {best: 1, last: 2}} to the template, or pass --keep-best and --keep-last";

function isWithoutPolicy({ planned, unchanged, skipped, failed, withoutPolicy }: PrunePlan): boolean {
  return withoutPolicy > 0 && planned.length + unchanged + skipped.length + failed.length === 0;
}
