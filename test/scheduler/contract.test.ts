import { afterAll, beforeAll, describe } from 'vitest';
import { localBench } from '../support/local-bench.ts';
import { slurmBench } from '../support/slurm-bench.ts';
import { describeSlurm } from '../support/slurm.ts';
import { testContract } from './contract.ts';
import { pbsBench, playPbs, type PlayedPbs } from './third/pbs-bench.ts';

describe('the scheduler local', () => {
  testContract(() => localBench({ times: { graceMs: 20_000 } }), false);
});

describe('a scheduler that is not in src', () => {
  let pbs: PlayedPbs;
  beforeAll(async () => {
    pbs = await playPbs();
  });
  afterAll(() => pbs.end());
  testContract(() => pbsBench(pbs), true);
});

describeSlurm('the scheduler slurm', (cluster) => {
  testContract(() => slurmBench(cluster), true);
});
