import { join } from 'node:path';
import { mergeFact, type DiagnosedFact } from '../../core/experiment/facts.ts';
import { getUndiagnosedOutcome, type Outcome } from '../../core/experiment/outcome.ts';
import { type Attempt } from '../../core/experiment/attempt.ts';
import { diagnose, type AttemptEnd, type Diagnosis, type LogPart } from '../../core/diagnosis/diagnosis.ts';
import { SheafError } from '../../core/errors.ts';
import type { AttemptRef, EventBody } from '../../core/experiment/event.ts';
import { attemptName } from '../../core/experiment/record.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { withoutUndefined } from '../../core/value.ts';
import { yieldToEventLoop } from '../../system/index.ts';
import { experimentFolder, type Project } from '../project/project.ts';
import { findSchedulerOutput } from './log-files.ts';
import { logEnd } from './log-end.ts';
import { MissingFiles } from '../code/missing-files.ts';
import { getTimeLimit } from './requested-limits.ts';
import { isPacked } from './tasks.ts';

/** Between two of these many attempts signals are heard. */
const AT_ONCE = 64;

/** One attempt as it will be on record. */
interface Ended {
  readonly experiment: Experiment;
  readonly ref: AttemptRef;
  readonly attempt: Attempt;
}

type Failed = Extract<Outcome, { status: 'failed' }>;

/**
 * Why attempts failed, for recording together with their ends: reads the ends of their logs. What was there before the
 * new facts is not read again. A log that is not there, or cannot be read, says nothing.
 *
 * @param experiments those that the new facts are about
 * @param facts what was just learned
 * @returns one event for all of which the same is to be said
 */
export async function diagnoseEnded(
  project: Project,
  experiments: Iterable<Experiment>,
  facts: readonly EventBody[],
  atMs: number,
): Promise<EventBody[]> {
  const missing = new MissingFiles(project);
  const events = new Map<string, { readonly fact: DiagnosedFact; readonly attempts: AttemptRef[] }>();
  let looked = 0;
  for (const ended of changedAttempts(experiments, facts)) {
    const outcome = getUndiagnosedOutcome(ended.attempt);
    // One that went back into the queue has not failed for those who look.
    if (outcome.status !== 'failed' || ended.attempt.facts.ended?.value.requeued) continue;
    looked += 1;
    if (looked % AT_ONCE === 0) await yieldToEventLoop();
    const diagnosis = diagnoseOne(project, ended, outcome);
    if (diagnosis === undefined) continue;
    const { about: _about, ...told } = await missing.explained(diagnosis, ended.experiment, ended.ref);
    const fact: DiagnosedFact = { kind: 'diagnosed', atMs, of: outcome.cause, ...told };
    const name = JSON.stringify(fact);
    if (isKnown(ended.attempt, fact)) continue;
    const event = events.get(name) ?? { fact, attempts: [] };
    event.attempts.push(ended.ref);
    events.set(name, event);
  }
  return [...events.values()].map((event): EventBody => ({ type: 'state', ...event }));
}

function isKnown({ facts }: Attempt, fact: DiagnosedFact): boolean {
  const known = facts.diagnosed?.value;
  return known !== undefined && JSON.stringify({ ...known, atMs: fact.atMs }) === JSON.stringify(fact);
}

/** The attempts that new facts are about, with what these say of them. */
function changedAttempts(experiments: Iterable<Experiment>, facts: readonly EventBody[]): Iterable<Ended> {
  const byKey = new Map([...experiments].map((experiment) => [experiment.key, experiment]));
  const changed = new Map<string, Ended>();
  for (const [i, event] of facts.entries()) {
    if (event.type !== 'state') continue;
    // Above all stamps on record.
    const stamp = `~${String(i).padStart(9, '0')}`;
    for (const ref of event.attempts) {
      const experiment = byKey.get(ref.key);
      if (experiment === undefined) continue;
      const { stage, n } = ref;
      const name = `${ref.key}.${attemptName(ref)}`;
      const before = changed.get(name)?.attempt ?? experiment.record.attempts[attemptName(ref)];
      const token = before?.token ?? (event.token === undefined ? undefined : { stamp, value: event.token });
      const attempt: Attempt = {
        ...before,
        stage,
        n,
        ...(token && { token }),
        facts: mergeFact(before?.facts ?? {}, event.fact, stamp),
      };
      changed.set(name, { experiment, ref, attempt });
    }
  }
  return changed.values();
}

function diagnoseOne(project: Project, ended: Ended, outcome: Failed): Diagnosis | undefined {
  try {
    return diagnose(endOf(project, ended, outcome), logsOf(project, ended));
  } catch (error) {
    // A disk that fails now must not keep the end from being recorded.
    if (error instanceof SheafError) return undefined;
    throw error;
  }
}

const EXIT_OF_SIGNAL = 128;

function endOf(project: Project, { experiment, attempt }: Ended, { cause, exitCode, said }: Failed): AttemptEnd {
  const { ended, accounted } = attempt.facts;
  const signal = ended === undefined ? accounted?.value.signal : undefined;
  return withoutUndefined({
    cause,
    exitCode: signal === undefined || signal === 0 ? exitCode : EXIT_OF_SIGNAL + signal,
    signal: ended?.value.signal,
    said,
    timeLimitS: getTimeLimit(project, experiment, attempt),
    root: project.root,
  });
}

/** What the job wrote, and last what the program wrote to its standard error. */
function logsOf(project: Project, { experiment, attempt }: Ended): LogPart[] {
  const folder = join(experimentFolder(project, experiment.expId), 'attempts', attemptName(attempt));
  const parts = [
    jobOutput(project, experiment, attempt),
    logEnd(join(folder, 'out.log'), 'out.log'),
    logEnd(join(folder, 'err.log'), 'err.log'),
  ];
  return parts.filter((part) => part !== undefined);
}

/** Of a job that runs several programs, only what it says of this one. */
function jobOutput(project: Project, experiment: Experiment, attempt: Attempt): LogPart | undefined {
  const path = findSchedulerOutput(project, experiment, attempt);
  const part = path === undefined ? undefined : logEnd(path, path.slice(path.lastIndexOf('/') + 1));
  const submission = attempt.token && project.store.submission(attempt.token.value);
  if (part === undefined || !isPacked(submission)) return part;
  const who = `sheaf: ${experiment.expId} ${attempt.stage}: `;
  return { ...part, lines: part.lines.map((line) => (line.startsWith(who) ? `sheaf: ${line.slice(who.length)}` : '')) };
}
