import { useCall } from '../../api/use-call.ts';
import { groupDigits } from '../../../core/text/phrases.ts';
import { toHref, useRoute } from '../../state/use-route.ts';
import { parseSort } from '../../state/sort-setting.ts';
import styles from './experiment-page.module.css';

/** The experiments before and after this one in the list that one came from, which the address still has. */
export function Neighbours({ id }: { readonly id: string }) {
  const { route } = useRoute();
  const [where, sort] = [route.settings.get('q'), parseSort(route.settings.get('s'))];
  const { data } = useCall('neighbours', { id, ...(where ? { where } : {}), ...(sort ? { sort } : {}) });
  if (!data) return null;
  const [, , tab] = route.parts;
  const linkTo = (expId: string) =>
    toHref(['x', expId, ...(tab === undefined ? [] : [tab])], Object.fromEntries(route.settings));
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
