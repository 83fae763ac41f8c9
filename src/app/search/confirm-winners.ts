import type { Proposal } from '../../core/experiment/search.ts';
import { rankTrials } from '../../core/search/index.ts';
import { isRepetition, isUnfinished, listLifted, listPast, type AdaptiveSweep } from './adaptive-sweep.ts';
import { listSampled, type Proposed } from './propose-trials.ts';
import type { TrialsRead } from './read-trials.ts';

const NONE: Proposed = { proposals: [], warnings: [] };

/**
 * The repetitions of the best trials over further seeds that a sweep still lacks, once all of its trials have ended. The seed is the first
 * parameter with the role `seed`; further seeds follow the one that the trial had.
 *
 * @param lifted paused trials that are to go on: they have not ended
 */
export function listRepetitions(
  sweep: AdaptiveSweep,
  read: TrialsRead,
  lifted: number = listLifted(sweep).length,
): Proposed {
  const { confirm, mode, propose } = sweep.search;
  const own = [...sweep.trials.values()].filter((trial) => !isRepetition(trial));
  if (confirm === undefined || own.length === 0 || own.length < (propose?.trials ?? 0)) return NONE;
  if (lifted > 0 || own.some(({ number }) => isOpenTrial(sweep, number))) return NONE;
  const ranked = rankTrials(listSampled(sweep, listPast(sweep), read), mode);
  const winners = ranked.filter(({ state }) => state === 'completed').slice(0, confirm.top);
  const next = Math.max(-1, ...sweep.trials.keys()) + 1;
  const proposals: Proposal[] = [];
  for (const { number } of winners) {
    const seed = findSeed(sweep, number);
    if (seed === undefined) {
      const fix =
        "give a parameter the role seed in the template, see 'Repeating the best' in docs/how-to/sweeps/adaptive-sweeps.md";
      return { ...NONE, warnings: [`sweep ${sweep.name}: the best members cannot be repeated without a seed: ${fix}`] };
    }
    const { name, value } = seed;
    const done = [...sweep.trials.values()].filter(({ proposal }) => confirmsTrial(proposal, number)).length;
    for (let n = done + 1; n < confirm.seeds; n += 1) {
      const params = { ...getParams(sweep, number), [name]: value + n };
      proposals.push({ trial: next + proposals.length, params, from: { confirms: number } });
    }
  }
  return { proposals, warnings: [] };
}

function isOpenTrial({ experiments }: AdaptiveSweep, number: number): boolean {
  const experiment = experiments.get(number);
  return experiment !== undefined && isUnfinished(experiment);
}

function confirmsTrial(proposal: Proposal | undefined, trial: number): boolean {
  return typeof proposal?.from === 'object' && proposal.from.confirms === trial;
}

function findSeed(
  { experiments }: AdaptiveSweep,
  number: number,
): { readonly name: string; readonly value: number } | undefined {
  const config = experiments.get(number)?.config;
  const [name] = config?.seeds ?? [];
  const value = name === undefined ? undefined : config?.params[name];
  return name === undefined || typeof value !== 'number' ? undefined : { name, value };
}

function getParams({ trials }: AdaptiveSweep, number: number): Proposal['params'] {
  return Object.fromEntries([...(trials.get(number)?.member ?? [])].map(([name, { value }]) => [name, value]));
}
