import { useCall } from '../../api/use-call.ts';
import { groupDigits } from '../../../core/text/phrases.ts';
import { useActions } from '../../state/actions.ts';
import { toHref, useRoute } from '../../state/use-route.ts';
import { parseSort } from '../../state/sort-setting.ts';
import { getListSettings } from './list-settings.ts';
import styles from './experiment-page.module.css';

/** The experiments before and after this one in the list that one came from, which the address still has. */
export function Neighbours({ id }: { readonly id: string }) {
  const { route, go } = useRoute();
  const [where, sort] = [route.settings.get('q'), parseSort(route.settings.get('s'))];
  const { data, isPending } = useCall('neighbours', { id, ...(where ? { where } : {}), ...(sort ? { sort } : {}) });
  const [, , tab] = route.parts;
  const linkTo = (expId: string) =>
    toHref(['x', expId, ...(tab === undefined ? [] : [tab])], getListSettings(route.settings));
  useActions(
    [
      { name: 'Previous experiment of the list', keys: ['['], to: data?.before },
      { name: 'Next experiment of the list', keys: [']'], to: data?.after },
    ].flatMap(({ to, ...action }) => (to === undefined ? [] : [{ ...action, act: () => go(linkTo(to)) }])),
  );
  if (!data) return isPending ? <span data-reading /> : null;
  return (
    <nav aria-label="Neighbours in the list" className={styles['line']}>
      {data.before && (
        <a href={linkTo(data.before)} aria-keyshortcuts="[" title={data.before}>
          ‹ previous
        </a>
      )}
      <span>
        {groupDigits(data.place + 1)} of {groupDigits(data.total)}
      </span>
      {data.after && (
        <a href={linkTo(data.after)} aria-keyshortcuts="]" title={data.after}>
          next ›
        </a>
      )}
    </nav>
  );
}
