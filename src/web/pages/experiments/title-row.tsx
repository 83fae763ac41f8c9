import type { ReactNode } from 'react';
import { groupDigits } from '../../../core/text/phrases.ts';
import { loadLater } from '../../components/load-later.tsx';
import { PageHeading } from '../../components/page-heading.tsx';
import { ColumnPicker } from './columns/column-picker.tsx';
import { withoutCurves } from './columns/curve-columns.ts';
import { asksForArchived } from './filter/archived-term.ts';
import type { ListAddress } from './list/address.ts';
import { useNewRows } from './use-new-rows.ts';
import type { ShownList } from './use-shown-list.ts';
import { ViewsMenu } from './views/views-menu.tsx';
import styles from './experiments-page.module.css';

const GroupMenu = loadLater(async () => (await import('./groups/group-menu.tsx')).GroupMenu, null);

/** How many experiments there are, and what chooses how they are listed. @param children more of that */
export function TitleRow({
  shown: { list, where = '', sort, known, offered, chosen, everything, archived },
  address,
  onChange,
  onRenew,
  children,
}: {
  readonly shown: ShownList;
  readonly address: ListAddress;
  readonly onChange: (change: Partial<ListAddress>, options?: { readonly replace?: boolean }) => void;
  readonly onRenew: () => void;
  readonly children: ReactNode;
}) {
  return (
    <div className={styles['titleRow']}>
      <PageHeading title="Experiments" />
      <span role="status" className={styles['count']}>
        {countWords(list.total, everything, asksForArchived(where) ? 0 : archived)}
        {list.isFormer && ' (last valid filter)'}
      </span>
      <NewRows count={useNewRows(list)} renew={onRenew} />
      <div className={styles['tools']}>
        <ViewsMenu
          current={address.view}
          list={{ where, sort, columns: withoutCurves(chosen) }}
          columns={[...known.keys()]}
          onChange={onChange}
        />
        <GroupMenu address={address} known={[...known.values()]} onChange={onChange} />
        <ColumnPicker
          known={[...offered.values()]}
          chosen={chosen}
          onChange={(columns) => onChange({ columns }, { replace: true })}
        />
        {children}
      </div>
    </div>
  );
}

/** The list keeps its order while one reads: it says what came, and shows it when asked to. */
function NewRows({ count, renew }: { readonly count: number; readonly renew: () => void }) {
  if (count === 0) return null;
  return (
    <button type="button" className={styles['new']} onClick={renew}>
      {count > 0 ? `${groupDigits(count)} new · show` : `${groupDigits(-count)} no longer match · update`}
    </button>
  );
}

/** `17 of 33, 1 archived`. @param archived those that are left out */
function countWords(total: number | undefined, everything: number | undefined, archived: number): string {
  if (total === undefined) return '';
  const all = everything === undefined || everything === total ? '' : ` of ${groupDigits(everything)}`;
  return `${groupDigits(total)}${all}${archived === 0 ? '' : `, ${groupDigits(archived)} archived`}`;
}
