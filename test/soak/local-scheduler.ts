import {
  every,
  randomKills,
  submitterCampaign,
  supervisorCampaign,
  type Fault,
  type Verdict,
} from '../support/local-crash.ts';

const FAULTS: readonly Fault[] = ['kill', 'kill-after', 'torn', 'enospc', 'eio'];

/** One long campaign over the local scheduler. */
export interface LocalCampaign {
  readonly name: string;
  readonly run: () => Promise<Verdict>;
}

/** Every fault at every effect of a submission and of a supervisor, rows of supervisors that all die, and random kills. */
export const LOCAL_CAMPAIGNS: readonly LocalCampaign[] = [
  ...FAULTS.map((kind) => ({ name: `local: submission, ${kind}`, run: () => submitterCampaign(kind, every(1)) })),
  ...FAULTS.map((kind) => ({ name: `local: supervisor, ${kind}`, run: () => supervisorCampaign(kind, every(1)) })),
  { name: 'local: four supervisors in a row, kill', run: () => supervisorCampaign('kill', every(1), 4) },
  { name: 'local: four supervisors in a row, torn', run: () => supervisorCampaign('torn', every(1), 4) },
  { name: 'local: 200 random kills over 2,000 tasks', run: () => randomKills(200, 2_000, Math.random) },
];
