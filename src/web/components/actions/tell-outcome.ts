import type { ActAnswer } from '../../../server/index.ts';
import { toHref } from '../../state/use-route.ts';
import type { ToastLink } from '../toast-list.tsx';
import { notify } from '../toasts.tsx';

/** What an action did. */
export type Outcome = Extract<ActAnswer, { readonly kind: 'done' }>['outcome'];

/** Says what was done, and leads there. */
export function tellOutcome(outcome: Outcome): void {
  const { title, lines, problems, warnings } = outcome;
  const said = [...problems.map(({ message }) => message), ...lines, ...warnings].slice(0, 4).join('. ');
  notify(title, said, linkOutcome(outcome));
}

/** The page of what an action made or changed; undefined for several experiments. */
export function linkOutcome({ expIds: [first, ...others], sweep }: Outcome): ToastLink | undefined {
  if (sweep !== undefined) return { text: sweep, href: toHref(['s', sweep]) };
  return first === undefined || others.length > 0 ? undefined : { text: first, href: toHref(['x', first]) };
}
