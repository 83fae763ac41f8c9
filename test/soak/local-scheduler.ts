import {
  every,
  randomKills,
  submitterCampaign,
  supervisorCampaign,
  type Fault,
  type Verdict,
} from '../support/local-crash.ts';
import { killDeciders } from '../crash/decider-kills.ts';
import { prunedAtRandom } from './prune.ts';

const FAULTS: readonly Fault[] = ['kill', 'kill-after', 'torn', 'enospc', 'eio'];

/** One long campaign over the local scheduler. */
export interface LocalCampaign {
  readonly name: string;
  /** @param step every how many effects it strikes, and what part of the random kills it does */
  readonly run: (step: number) => Promise<Verdict & { readonly note?: string }>;
}

/** Every fault at every effect of a submission and of a supervisor, rows of supervisors that all die, and random kills. */
export const LOCAL_CAMPAIGNS: readonly LocalCampaign[] = [
  ...FAULTS.map((kind) => ({
    name: `local: submission, ${kind}`,
    run: (step: number) => submitterCampaign(kind, every(step)),
  })),
  ...FAULTS.map((kind) => ({
    name: `local: supervisor, ${kind}`,
    run: (step: number) => supervisorCampaign(kind, every(step)),
  })),
  { name: 'local: four supervisors in a row, kill', run: (step: number) => supervisorCampaign('kill', every(step), 4) },
  { name: 'local: four supervisors in a row, torn', run: (step: number) => supervisorCampaign('torn', every(step), 4) },
  {
    name: 'local: 200 random kills over 2,000 tasks',
    run: (step: number) => randomKills(200 / step, 2_000 / step, Math.random),
  },
  {
    name: 'local: 100 random kills of checkpoints prune, while checkpoints get names',
    run: (step: number) => prunedAtRandom(100 / step, Math.random),
  },
  {
    name: 'local: 200 kills of what decides adaptive sweeps, on two hosts',
    run: async (step: number) => {
      const verdict = await killDeciders(200 / step, Math.random);
      const { proposed, stopped, atOnce } = verdict;
      return { ...verdict, note: `${proposed} members proposed, ${stopped} stopped, at most ${atOnce} at once` };
    },
  },
];
