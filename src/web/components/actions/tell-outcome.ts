import type { ActAnswer } from '../../../server/index.ts';
import { toHref } from '../../state/use-route.ts';
import { formatCount } from '../../../core/text/phrases.ts';
import type { ToastLink } from '../toast-list.tsx';
import { notify } from '../toasts.tsx';

/** What an action did. */
export type Outcome = Extract<ActAnswer, { readonly kind: 'done' }>['outcome'];

/** Says what was done, and leads there. */
export function tellOutcome(outcome: Outcome): void {
  const { title, lines, problems, warnings } = outcome;
  const all = [...problems.map(({ message }) => message), ...warnings, ...lines];
  const left = all.length - MOST_SENTENCES;
  const more = left > 0 ? [`${formatCount(left, 'more remark')} not shown here`] : [];
  notify(title, [...all.slice(0, MOST_SENTENCES), ...more].map((each) => `${each}.`).join(' '), linkOutcome(outcome));
}

/** A toast is small and goes away; the plan said already what stays as it is. */
const MOST_SENTENCES = 2;

/** The page of what an action made or changed; undefined for several experiments. */
export function linkOutcome({ expIds: [first, ...others], sweep }: Outcome): ToastLink | undefined {
  if (sweep !== undefined) return { text: sweep, href: toHref(['s', sweep]) };
  return first === undefined || others.length > 0 ? undefined : { text: first, href: toHref(['x', first]) };
}
