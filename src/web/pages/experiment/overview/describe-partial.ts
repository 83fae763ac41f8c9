import type { ShowJson } from '../../../../json/index.ts';

/** Why results that were read at a time are partial: the run went on, or it had ended without completing. */
export function describePartial(
  attempts: readonly Pick<ShowJson['attempts'][number], 'ended_at'>[],
  at: string,
): string {
  const isOver = attempts.every(({ ended_at: ended }) => ended !== null && Date.parse(ended) <= Date.parse(at));
  return isOver ? ', partial: it did not complete' : ', while it ran';
}
