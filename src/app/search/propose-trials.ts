import { formatError, SheafError } from '../../core/errors.ts';
import type { Proposal, Reading, Round } from '../../core/experiment/search.ts';
import { getExperimentStatus } from '../../core/experiment/status.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { proposeMember, type Draw, type Trial } from '../../core/search/index.ts';
import type { Sampler } from '../../core/settings/search-settings.ts';
import type { SweepMember } from '../../core/sweep/sweep.ts';
import type { ValueMap } from '../../core/value.ts';
import type { Project } from '../project/project.ts';
import { joinSpaces, listSweepParts } from '../project/sweep-parts.ts';
import { groupReadings, isRepetition, type AdaptiveSweep } from './adaptive-sweep.ts';
import { runSampler } from './exec-sampler.ts';
import { getRecordedFinal, type TrialsRead } from './read-trials.ts';
import type { PlannedTrial } from './search-state.ts';

/** What is proposed, and what went wrong on the way. */
export interface Proposed {
  readonly proposals: readonly Proposal[];
  readonly warnings: readonly string[];
}

/** The trials of a sweep as samplers see them, by number; repetitions are left out. @param rounds with the one that is decided now */
export function listSampled(
  sweep: AdaptiveSweep,
  rounds: readonly Round[],
  { finals }: Pick<TrialsRead, 'finals'>,
): Trial[] {
  const readings = groupReadings(rounds);
  return [...sweep.trials.values()]
    .filter((planned) => !isRepetition(planned))
    .map((planned) => toTrial(sweep, planned, readings.get(planned.number) ?? [], finals.get(planned.number)));
}

function toTrial(
  sweep: AdaptiveSweep,
  { number, member }: PlannedTrial,
  readings: readonly Reading[],
  read: number | null | undefined,
): Trial {
  const experiment = sweep.experiments.get(number);
  const state = experiment === undefined ? 'failed' : getTrialState(experiment);
  const final = experiment && state === 'completed' ? (getRecordedFinal(sweep, experiment) ?? read) : undefined;
  return { number, member, state, readings, ...(final !== undefined && { final }) };
}

/** What has not begun counts as running; what someone cancelled or removed says nothing. */
function getTrialState({ record }: Experiment): Trial['state'] {
  const { status } = getExperimentStatus(record);
  switch (status) {
    case 'created':
    case 'queued':
    case 'running':
      return 'running';
    case 'completed':
    case 'stopped':
      return status;
    case 'failed':
    case 'cancelled':
      return 'failed';
  }
}

/** The space that members are drawn from, with its seed; undefined if nothing is drawn. */
export function getDraws({
  record,
}: Pick<AdaptiveSweep, 'record'>): { readonly draws: readonly Draw[]; readonly seed: number } | undefined {
  return joinSpaces(listSweepParts(record)).random;
}

/**
 * Proposes trials one after the other: each one counts as running for those after it, so that no two are alike.
 *
 * If the program of the user fails, proposals are random, and a warning says so.
 */
export async function proposeTrials(
  project: Project,
  sweep: AdaptiveSweep,
  by: Sampler,
  trials: readonly Trial[],
  wanted: number,
): Promise<Proposed> {
  const space = getDraws(sweep);
  if (space === undefined || wanted <= 0) return { proposals: [], warnings: [] };
  const first = Math.max(-1, ...sweep.trials.keys()) + 1;
  const { draws, seed } = space;
  const { mode } = sweep.search;
  if (typeof by === 'object') {
    try {
      const members = await runSampler(project, { command: by.exec, sweep, space, trials, wanted });
      return { proposals: members.map((member, i) => toProposal(first + i, member, 'exec')), warnings: [] };
    } catch (error) {
      if (!(error instanceof SheafError)) throw error;
      const random = await proposeTrials(project, sweep, 'random', trials, wanted);
      return {
        ...random,
        warnings: [`sweep ${sweep.name}: ${formatError(error)}; random members are proposed instead`],
      };
    }
  }
  const all = [...trials];
  const proposals: Proposal[] = [];
  for (let number = first; number < first + wanted; number += 1) {
    const member = proposeMember({ by, draws, seed, number, mode, trials: all });
    all.push({ number, member, state: 'running', readings: [] });
    proposals.push(toProposal(number, member, by));
  }
  return { proposals, warnings: [] };
}

function toProposal(trial: number, member: SweepMember, from: Proposal['from']): Proposal {
  const params: ValueMap = Object.fromEntries([...member].map(([name, { value }]) => [name, value]));
  return { trial, params, from };
}
