import { isDeferred } from '../../core/experiment/outcome.ts';
import { type DeferredAgain, type DeferredFact, type DeferredOptions } from '../../core/experiment/facts.ts';
import type { AttemptRef, EventBody } from '../../core/experiment/event.ts';
import { attemptName } from '../../core/experiment/record.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { nowMs, userName } from '../../system/index.ts';
import type { Project } from '../project/project.ts';
import { makeFingerprintedEvents, type InputsOf } from './check-inputs.ts';
import { makeAdvisedEvents, getAttemptRefs, type BatchMember } from './submit-plan.ts';

/** Experiments that were deferred with the same options, in the order of their requests. */
export interface DeferredGroup {
  readonly options: DeferredOptions;
  readonly experiments: readonly Experiment[];
  /** Maximum number of tasks now. */
  readonly most?: number;
}

/** The user's own submissions that the scheduler had no room for, and that may be submitted now. */
export function getDueDeferred(project: Project): DeferredGroup[] {
  const groups = new Map<string, { fact: DeferredFact; experiments: Experiment[] }>();
  for (const experiment of project.store.deferred()) {
    const fact = Object.values(experiment.record.attempts).find(isDeferred)?.facts.deferred?.value;
    if (fact === undefined || fact.options.hold || fact.by !== userName()) continue;
    if ((fact.again?.atMs ?? 0) > nowMs()) continue;
    const key = JSON.stringify([fact.options, fact.again]);
    const group = groups.get(key) ?? { fact, experiments: [] };
    group.experiments.push(experiment);
    groups.set(key, group);
  }
  return [...groups.values()]
    .toSorted((a, b) => a.fact.atMs - b.fact.atMs)
    .map(({ fact, experiments }) => ({
      options: fact.options,
      experiments,
      ...(fact.again === undefined ? {} : { most: fact.again.most }),
    }));
}

/** The deferred attempts of these. */
export function getDeferredAttempts(experiments: readonly Experiment[]): AttemptRef[] {
  return experiments.flatMap(({ key, record }) =>
    Object.values(record.attempts)
      .filter(isDeferred)
      .map(({ stage, n }) => ({ key, stage, n })),
  );
}

/** Records that these wait until there is room; nothing when that is on record already. */
export async function defer(
  project: Project,
  members: readonly BatchMember[],
  fact: Pick<DeferredFact, 'why' | 'options' | 'code' | 'again' | 'fresh' | 'reread'>,
  inputsOf: InputsOf,
): Promise<void> {
  const changed = members.filter(({ experiment, stage, n }) => {
    const known = experiment.record.attempts[attemptName({ stage: stage.name, n })]?.facts.deferred?.value;
    return (
      known === undefined ||
      known.why !== fact.why ||
      known.again?.atMs !== fact.again?.atMs ||
      !isSameVersion(known, fact)
    );
  });
  if (changed.length === 0) return;
  const attempts = getAttemptRefs(changed);
  const event: EventBody = {
    type: 'state',
    attempts,
    fact: { kind: 'deferred', atMs: nowMs(), by: userName(), ...fact },
  };
  await project.store.append([event, ...makeAdvisedEvents(changed), ...makeFingerprintedEvents(changed, inputsOf)]);
}

function isSameVersion(a: Pick<DeferredFact, 'code' | 'reread'>, b: typeof a): boolean {
  return JSON.stringify([a.code, a.reread]) === JSON.stringify([b.code, b.reread]);
}

const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 600_000;

/** The next try of a call that found no room: later each time, and with half as many tasks. */
export function planNextTry(former: DeferredAgain | undefined, tasks: number): DeferredAgain {
  const tries = (former?.tries ?? 0) + 1;
  const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tries - 1));
  return { atMs: nowMs() + pauseMs, tries, most: Math.max(1, Math.floor(tasks / 2)) };
}
