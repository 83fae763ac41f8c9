import type { SearchRequest } from '../settings/search-settings.ts';
import { withoutUndefined } from '../value.ts';
import type { SearchFlags } from './calls.ts';

/** The flags of `sheaf sweep` that say how it goes on by itself. */
export function writeSearchFlags({
  metric,
  by,
  trials,
  lead,
  stop: { rule, from, to, eta, keep, resume } = {},
  confirm,
}: SearchRequest): SearchFlags & { readonly search?: number } {
  return withoutUndefined({
    search: trials,
    metric,
    by: typeof by === 'object' ? `exec:${by.exec}` : by,
    lead: lead === undefined ? undefined : String(lead),
    stop: rule,
    fromStep: from,
    toStep: to,
    eta,
    keep,
    pause: resume === undefined ? undefined : String(resume),
    confirm: confirm && `${confirm.top}:${confirm.seeds}`,
  });
}
