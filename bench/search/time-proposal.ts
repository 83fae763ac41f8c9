import { proposeMember, type ProposalRequest, type Trial } from '../../src/core/search/index.ts';
import { makeRandomNumbers } from '../../src/core/stats/random-numbers.ts';
import { measureCpu, median, type Figure } from '../measure.ts';
import type { Optuna } from './optuna.ts';

const [OBSERVATIONS, PARAMETERS, ROUNDS] = [1_000, 20, 21];
const MOST_TIME = 0.5;

/** The time of one proposal over many observations, of the processor: what else the machine does counts less. */
export async function timeProposal(optuna: Optuna): Promise<Figure[]> {
  const random = makeRandomNumbers(1);
  const draws = Array.from({ length: PARAMETERS }, (_, i) => ({
    name: `p${i}`,
    distribution: { kind: 'uniform', low: 0, high: 1 } as const,
  }));
  const trials = Array.from({ length: OBSERVATIONS }, (_, number): Trial => {
    const point = draws.map(({ name }) => [name, { value: random() }] as const);
    const final = point.reduce((sum, [, { value }]) => sum + (value - 0.3) ** 2, 0);
    return { number, member: new Map(point), state: 'completed', readings: [], final };
  });
  const request: Omit<ProposalRequest, 'number'> = { by: 'tpe', draws, seed: 1, mode: 'min', trials };
  const times: number[] = [];
  for (let i = 0; i < ROUNDS; i += 1) {
    times.push(await measureCpu(async () => proposeMember({ ...request, number: OBSERVATIONS + i })));
  }
  const ours = median(times);
  const theirs = await optuna.timeProposal(OBSERVATIONS, PARAMETERS, ROUNDS);
  process.stdout.write(
    `\nOne proposal, ${OBSERVATIONS} observations × ${PARAMETERS} parameters, median of ${ROUNDS}, CPU: ` +
      `sheaf ${ours.toFixed(1)} ms, Optuna ${theirs.toFixed(1)} ms\n`,
  );
  const ratio = ours / theirs;
  return [
    {
      what: `time of a proposal ÷ that of Optuna`,
      measured: ratio.toFixed(2),
      goal: `≤ ${MOST_TIME.toFixed(2)}`,
      ok: ratio <= MOST_TIME,
    },
  ];
}
