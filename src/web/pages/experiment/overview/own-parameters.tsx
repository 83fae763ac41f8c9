import type { ShowJson } from '../../../../json/index.ts';
import { Facts } from '../../../components/facts.tsx';
import { listFrozenValues } from '../shared/parameters.ts';

/** More are in the tab of the configuration. */
const MOST = 12;

/** The parameters that were given for this experiment. */
export function OwnParameters({ shown: { params, origins } }: { readonly shown: ShowJson }) {
  const own = listFrozenValues(params, origins).filter(({ isOwn }) => isOwn);
  if (own.length === 0) return null;
  return (
    <section aria-labelledby="own">
      <h2 id="own">Set for this experiment</h2>
      <Facts facts={own.slice(0, MOST).map(({ name, text }) => [name, <code>{text === '' ? '""' : text}</code>])} />
      {own.length > MOST && <p>{own.length - MOST} more are in the tab Config.</p>}
    </section>
  );
}
