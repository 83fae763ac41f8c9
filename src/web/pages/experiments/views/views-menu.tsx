import { useState } from 'react';
import { useCall } from '../../../api/use-call.ts';
import { Popover } from '../../../components/popover.tsx';
import { ProblemView } from '../../../components/problem-view.tsx';
import { notify } from '../../../components/toasts.tsx';
import { useActions } from '../../../state/actions.ts';
import { copyText } from '../../../state/copy-text.ts';
import type { ListAddress } from '../list/address.ts';
import { applyView, writeViewFile, type ViewLine } from './apply-view.ts';
import styles from './views-menu.module.css';

/** The lists that the project keeps in `views/`, and how to keep this one. */
export function ViewsMenu({
  current,
  list,
  columns,
  onChange,
}: {
  /** The view that the list began with. */
  readonly current: string | undefined;
  /** What the list shows. */
  readonly list: Pick<ListAddress, 'where' | 'sort' | 'columns'>;
  /** Names of all columns that there are. */
  readonly columns: readonly string[];
  readonly onChange: (change: Partial<ListAddress>) => void;
}) {
  const [isOpen, setOpen] = useState(false);
  const { data, error } = useCall('views', isOpen ? {} : undefined);
  useActions([{ name: 'Open a saved view', keys: ['v'], act: () => setOpen(true) }]);
  const file = writeViewFile(list);
  const choose = (line: ViewLine): void => {
    if (!('view' in line)) return;
    setOpen(false);
    onChange(applyView(line.name, line.view, columns));
  };
  return (
    <Popover label={`Saved: ${current ?? 'none'} ▾`} title="Saved views" isOpen={isOpen} onOpenChange={setOpen}>
      {error !== null && <ProblemView error={error} />}
      {data?.length === 0 && <p>This project has no saved views.</p>}
      <ul className={styles['views']}>
        {data?.map((line) => (
          <li key={line.name}>
            {'view' in line ? (
              <button type="button" aria-pressed={line.name === current} onClick={() => choose(line)}>
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
      <h2 className={styles['keep']}>Keep this list</h2>
      <p>
        Put this into <code>views/NAME.yaml</code> in the project:
      </p>
      <pre className={styles['file']} tabIndex={0}>
        {file}
      </pre>
      <button
        type="button"
        onClick={() =>
          void copyText(file).then((isCopied) =>
            notify(isCopied ? 'View copied' : 'The browser did not let the page copy. Select the text instead'),
          )
        }
      >
        Copy
      </button>
    </Popover>
  );
}
