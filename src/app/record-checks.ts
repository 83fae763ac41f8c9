import { formatCount } from '../core/text/phrases.ts';
import { nowMs, ownerState } from '../system/index.ts';
import { catchUp } from './project/catch-up.ts';
import type { Project } from './project/project.ts';
import type { DoctorFinding } from './project/types.ts';

/** Clocks further ahead than this are reported. */
const CLOCK_MS = 60_000;

/**
 * What is wrong with the record, and of what little is left on the disk, as far as it can be seen without a look at each
 * experiment: for a page that is opened. Changes nothing and never asks the scheduler.
 */
export async function findProblems(project: Project): Promise<DoctorFinding[]> {
  await catchUp(project);
  const { findLowSpace } = await import('./disk/low-space.ts');
  const findings = [
    ...checkJournal(project),
    ...checkNames(project),
    ...checkClocks(project),
    ...checkAnswers(project),
    ...(await findLowSpace(project)),
  ];
  return findings.filter(({ level }) => level === 'problem');
}

/** Submissions whose command ended before it recorded what the scheduler said. */
function checkAnswers({ store }: Project): DoctorFinding[] {
  const cut = store.openSubmissions().filter(({ request }) => ownerState(request?.value.owner ?? '') !== 'alive');
  if (cut.length === 0) return [];
  const what = `the answer of the scheduler to ${formatCount(cut.length, 'submission')} is not on record`;
  return [problem(`${what}: the command was interrupted, or runs on another machine`, 'sheaf status')];
}

/** Lines of the journal that cannot be read. */
export function checkJournal({ store }: Project): DoctorFinding[] {
  const bad = store
    .badRanges()
    .map(({ name, start, end, why }) =>
      problem(
        `journal ${name}, bytes ${start} to ${end}: ${why}`,
        'what a crash left is harmless; if the file was damaged, restore it from a backup',
      ),
    );
  return bad.length === 0 ? [ok(`journal: ${store.count({ nowMs: 0 })} experiments, every line whole`)] : bad;
}

/** Names that several experiments have. */
export function checkNames({ store }: Project): DoctorFinding[] {
  return store
    .doubledNames()
    .map(({ expId, keys }) =>
      problem(
        `${keys.length} experiments are called ${expId}: claims were lost`,
        `the oldest is shown; the others are in the journal as ${keys.join(', ')}`,
      ),
    );
}

export function checkClocks({ store }: Project): DoctorFinding[] {
  const newest = [...store.select({ nowMs: 0, limit: 1 })][0];
  const aheadMs = (newest?.createdMs ?? 0) - nowMs();
  return aheadMs > CLOCK_MS
    ? [
        problem(
          `${newest?.expId} was made ${Math.round(aheadMs / 1000)} s in the future on ${newest?.host}: a clock is wrong`,
        ),
      ]
    : [ok('clocks agree with the newest record')];
}

export function ok(what: string): DoctorFinding {
  return { level: 'ok', what };
}

export function repaired(what: string): DoctorFinding {
  return { level: 'repaired', what };
}

export function problem(what: string, fix?: string): DoctorFinding {
  return { level: 'problem', what, ...(fix === undefined ? {} : { fix }) };
}
