import { useEffect, useId, useState } from 'react';
import { commandOf } from '../../../../core/command/command-of.ts';
import { useCall } from '../../../api/use-call.ts';
import { CommandLine } from '../../../components/command-line.tsx';
import { Loading } from '../../../components/loading.tsx';
import { ProblemView } from '../../../components/problem-view.tsx';
import type { ListAddress } from '../list/address.ts';
import { applyView, checkViewName, removeCommand, type ViewLine } from './apply-view.ts';
import styles from './views-menu.module.css';

/** Opens a saved view; says which command saves this list as one, and which removes one. */
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
      <SaveView list={list} views={data ?? []} usual={current ?? ''} />
    </>
  );
}

/** The server writes nothing: a name makes the command that saves the list, and the one that removes it again. */
function SaveView({
  list: { where, sort, columns },
  views,
  usual,
}: {
  readonly list: Pick<ListAddress, 'where' | 'sort' | 'columns'>;
  readonly views: readonly ViewLine[];
  readonly usual: string;
}) {
  const [name, setName] = useState(usual);
  const field = useId();
  const problem = checkViewName(name);
  const isThere = views.some((each) => each.name === name);
  return (
    <section aria-labelledby={`${field}-title`}>
      <h2 id={`${field}-title`} className={styles['keep']}>
        Save this list
      </h2>
      <p>
        <label htmlFor={field}>Name of the view</label>{' '}
        <input
          id={field}
          value={name}
          aria-invalid={problem !== undefined}
          aria-describedby={`${field}-says`}
          onChange={({ target }) => setName(target.value)}
        />
      </p>
      <p id={`${field}-says`} role="status">
        {problem ??
          (isThere ? `This command replaces the view ${name}:` : 'This command saves it for everyone in the project:')}
      </p>
      {problem === undefined && (
        <CommandLine
          line={commandOf({
            command: 'list',
            ...(where === '' ? {} : { where }),
            ...(sort === undefined ? {} : { sort }),
            ...(columns === undefined ? {} : { columns: columns.map((each) => each.name) }),
            saveView: name,
          })}
        />
      )}
      {isThere && (
        <>
          <p>This command removes it:</p>
          <CommandLine line={removeCommand(name)} />
        </>
      )}
    </section>
  );
}
