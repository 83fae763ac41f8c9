import {
  decideRound,
  planRungs,
  proposeMember,
  type Draw,
  type ProposalRequest,
  type Round,
  type StopRule,
  type Trial,
} from '../../src/core/search/index.ts';
import type { Parameter, Problem } from './problem.ts';
import type { Searcher } from './simulate.ts';

/** sheaf's own search: a round for each trial that reaches a rung, as if a command looked all the time. */
export function openSearcher(
  { parameters }: Problem,
  by: ProposalRequest['by'],
  rule: StopRule,
  seed: number,
): Searcher {
  const draws = parameters.map(makeDraw);
  const trials: Trial[] = [];
  const rounds: Round[] = [];
  const rungs = new Set(planRungs(rule));
  const change = (number: number, change: Partial<Trial>): void => {
    const trial = trials[number];
    if (trial !== undefined) trials[number] = { ...trial, ...change };
  };
  return {
    ask: async () => {
      const number = trials.length;
      const member = proposeMember({ by, draws, seed, number, mode: 'max', trials });
      trials.push({ number, member, state: 'running', readings: [] });
      return { trial: number, point: draws.map(({ name }) => Math.floor(Number(member.get(name)?.value))) };
    },
    report: async (trial, epoch, value) => {
      if (!rungs.has(epoch)) return false;
      const reading = { trial, rung: epoch, step: epoch, value: Number.isFinite(value) ? value : null };
      const round = decideRound(rule, rounds, [reading]);
      rounds.push(round);
      const stops = round.decisions.some(({ action }) => action === 'stop');
      change(trial, {
        readings: [...(trials[trial]?.readings ?? []), reading],
        ...(stops && { state: 'stopped' }),
      });
      return stops;
    },
    complete: async (trial, final) => change(trial, { state: 'completed', final }),
  };
}

/** What sheaf draws a parameter from. */
export function makeDraw({ name, kind, size }: Parameter): Draw {
  switch (kind) {
    case 'line':
      return { name, distribution: { kind: 'uniform', low: 0, high: size - 0.001 } };
    case 'whole':
      return { name, distribution: { kind: 'int', low: 0, high: size - 1 } };
    case 'choice': {
      const values = Array.from({ length: size }, (_, value) => ({ value }));
      return { name, distribution: { kind: 'choice', values } };
    }
  }
}
