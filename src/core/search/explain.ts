import { groupDigits } from '../text/phrases.ts';
import type { Decision } from '../experiment/search.ts';
import { FEWEST_OTHERS } from './standing.ts';

const SIGNIFICANT_DIGITS = 4;

/** Why a trial goes on or not: `rung 9: 0.71, 14th of 16, the first 5 go on`. */
export function explainDecision({ rung, value, standing }: Decision): string {
  const reached = `rung ${groupDigits(rung)}: ${formatValue(value)}`;
  if (standing.rule === 'asha') {
    const { rank, of, first } = standing;
    const goOn = first === 1 ? 'the first one goes on' : `the first ${groupDigits(first)} go on`;
    return `${reached}, ${formatOrdinal(rank)} of ${groupDigits(of)}, ${goOn}`;
  }
  const { median, others } = standing;
  if (others < FEWEST_OTHERS) return `${reached}, only ${others} others to compare with, ${FEWEST_OTHERS} are needed`;
  return `${reached}, the median of ${groupDigits(others)} others is ${formatValue(median)}`;
}

function formatValue(value: number | null): string {
  return value === null ? 'NaN or infinite' : String(Number(value.toPrecision(SIGNIFICANT_DIGITS)));
}

/** `1st`, `12th`, `23rd` */
function formatOrdinal(number: number): string {
  const teen = Math.floor((number % 100) / 10) === 1;
  const ending = teen ? undefined : ['th', 'st', 'nd', 'rd'][number % 10];
  return `${groupDigits(number)}${ending ?? 'th'}`;
}
