import { useEffect } from 'react';
import { useCall } from '../../../api/use-call.ts';
import { Loading } from '../../../components/loading.tsx';
import { ProblemView } from '../../../components/problem-view.tsx';
import type { ListAddress } from '../list/address.ts';
import { applyView } from './apply-view.ts';
import { SaveView } from './save-view.tsx';
import styles from './views-menu.module.css';

/** Opens a saved view, and saves this list as one. */
export function SavedViews({
  current,
  list,
  columns,
  onChoose,
}: {
  readonly current: string | undefined;
  readonly list: Pick<ListAddress, 'where' | 'sort' | 'columns'>;
  readonly columns: readonly string[];
  readonly onChoose: (change: Partial<ListAddress>) => void;
}) {
  const { data, error, refetch } = useCall('views', {});
  // A command may have saved or removed one since.
  useEffect(() => void refetch(), [refetch]);
  return (
    <>
      {error !== null && <ProblemView error={error} />}
      {data === undefined && error === null && <Loading what="the saved views" />}
      {data?.length === 0 && <p>This project has no saved views.</p>}
      <ul className={styles['views']}>
        {data?.map((line) => (
          <li key={line.name}>
            {'view' in line ? (
              <button
                type="button"
                aria-pressed={line.name === current}
                onClick={() => onChoose(applyView(line.name, line.view, columns))}
              >
                {line.name}
                <span className={styles['about']}>{line.view.description ?? line.view.where ?? ''}</span>
              </button>
            ) : (
              <p className={styles['broken']}>
                {line.path}: {line.problems.map(({ message }) => message).join(', ')}
              </p>
            )}
          </li>
        ))}
      </ul>
      <SaveView list={list} views={data ?? []} usual={current ?? ''} onSaved={(view) => onChoose({ view })} />
    </>
  );
}
