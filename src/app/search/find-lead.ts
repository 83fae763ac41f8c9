import type { Experiment } from '../../core/experiment/experiment.ts';
import { stagesOf } from '../../core/experiment/frozen.ts';
import { getAttemptOutcome } from '../../core/experiment/outcome.ts';
import type { SweepRecord } from '../../core/experiment/record.ts';
import type { Search } from '../../core/experiment/search.ts';
import { computeLead, type LeadNow, type MemberTimes } from '../../core/search/index.ts';

/** How many members are queued ahead; undefined if none are meant to be. */
export function findLead(
  { propose }: Search,
  { maxParallel }: Pick<SweepRecord, 'maxParallel'>,
  members: Iterable<Experiment>,
): LeadNow | undefined {
  const slots = maxParallel?.value ?? undefined;
  if (propose?.lead === undefined || slots === undefined) return undefined;
  return computeLead(propose.lead, slots, propose.lead === 'auto' ? listTimes([...members]) : []);
}

/** Of first stages, since later ones wait for those before them. By when they ended. */
function listTimes(experiments: readonly Experiment[]): MemberTimes[] {
  const ended = experiments.flatMap(({ record, settings }) => {
    const first = new Set(stagesOf(settings).flatMap(({ name, after }) => (after === undefined ? [name] : [])));
    return Object.values(record.attempts).flatMap((attempt) => {
      const outcome = getAttemptOutcome(attempt);
      if (!first.has(attempt.stage) || !('endedMs' in outcome)) return [];
      const { submittedMs } = attempt;
      const { startedMs, endedMs } = outcome;
      if (submittedMs === undefined || startedMs === undefined) return [];
      const [waitS, runS] = [(startedMs - submittedMs) / 1_000, (endedMs - startedMs) / 1_000];
      return waitS < 0 || runS < 0 ? [] : [{ endedMs, waitS, runS }];
    });
  });
  return ended.toSorted((a, b) => a.endedMs - b.endedMs);
}
