import { useMutation } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { commandOf } from '../../../../core/command/command-of.ts';
import { callApi } from '../../../api/call-api.ts';
import { useActing } from '../../../components/actions/use-acting.ts';
import { CommandLine } from '../../../components/command-line.tsx';
import { ProblemView } from '../../../components/problem-view.tsx';
import { notify } from '../../../components/toasts.tsx';
import { useActions } from '../../../state/actions.ts';
import type { ListAddress } from '../list/address.ts';
import { checkViewName, removeCommand, type ViewLine } from './apply-view.ts';
import styles from './views-menu.module.css';

/** Saves a list as a view of the project, by a button if the server acts; the command does the same. */
export function SaveView({
  list: { where, sort, columns },
  views,
  usual,
  onSaved,
}: {
  readonly list: Pick<ListAddress, 'where' | 'sort' | 'columns'>;
  readonly views: readonly ViewLine[];
  readonly usual: string;
  readonly onSaved: (name: string) => void;
}) {
  const [name, setName] = useState(usual);
  const field = useId();
  const problem = checkViewName(name);
  const isThere = views.some((each) => each.name === name);
  const acting = useActing();
  const view = {
    ...(where === '' ? {} : { where }),
    ...(sort === undefined ? {} : { sort }),
    ...(columns === undefined ? {} : { columns: columns.map((each) => each.name) }),
  };
  const save = useMutation({
    mutationFn: () => callApi('saveView', { name, ...view }),
    onSuccess: ({ path, replaced }) => {
      notify(`${replaced ? 'Replaced' : 'Saved'} ${path}`);
      onSaved(name);
    },
  });
  const act = (): void => {
    if (acting?.on === true && problem === undefined && !save.isPending) save.mutate();
  };
  useActions([{ name: 'Save the view', keys: ['mod+enter'], isKeyOnly: true, act }]);
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
        />{' '}
        {acting?.on === true && (
          <button type="button" disabled={problem !== undefined || save.isPending} title="Ctrl+Enter" onClick={act}>
            {isThere ? 'Replace' : 'Save'}
          </button>
        )}
      </p>
      {save.error !== null && <ProblemView error={save.error} />}
      <p id={`${field}-says`} role="status">
        {problem ??
          (isThere ? `This command replaces the view ${name}:` : 'This command saves it for everyone in the project:')}
      </p>
      {problem === undefined && <CommandLine line={commandOf({ command: 'list', ...view, saveView: name })} />}
      {acting?.on === false && <p>There is no button for this: {acting.why}.</p>}
      {isThere && (
        <>
          <p>This command removes it:</p>
          <CommandLine line={removeCommand(name)} />
        </>
      )}
    </section>
  );
}
