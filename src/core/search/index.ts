/**
 * Adaptive sweeps: which trials stop, and what is tried next. Pure functions, which the command that claims a round calls.
 *
 *     const readings = readRungs(trial, series, planRungs(rule)); // of each trial that has new values
 *     const round = decideRound(rule, past, readings); // kept by the journal; explainDecision says why
 *     const member = proposeMember({ by: 'tpe', draws, seed, number, mode, trials }); // then again, with this one as running
 */
export type { Decision, Reading, Round, StopRule } from '../experiment/search.ts';
export type { Draw } from './axes.ts';
export { estimateBudget } from './budget.ts';
export { countRungs, listLost, type RungCount } from './count-rungs.ts';
export { decideRound, findLatest, findUnfoundedRound } from './decide.ts';
export {
  describeExpected,
  describeRepetitions,
  describeRungs,
  describeSearch,
  type ExpectedHours,
} from './describe-search.ts';
export { explainDecision } from './explain.ts';
export { computeLead, describeLead, type LeadNow, type MemberTimes } from './lead.ts';
export { proposeMember, type ProposalRequest } from './propose.ts';
export { rankTrials, type Trial } from './ranks.ts';
export { planRungs, readRungs } from './rungs.ts';
