import { useDeferredValue, useState } from 'react';
import { useCall } from '../../api/use-call.ts';
import { Toolbar } from '../../components/toolbar.tsx';
import { toHref } from '../../state/use-route.ts';

/** Names that are proposed while one types. */
const MOST_PROPOSED = 20;

/** Adds an experiment by its name, or leads to the list of all. */
export function AddRun({ onAdd }: { readonly onAdd: (expId: string) => void }) {
  const [typed, setTyped] = useState('');
  const prefix = useDeferredValue(typed.trim());
  const found = useCall('values', prefix === '' ? undefined : { field: 'exp_id', prefix, limit: MOST_PROPOSED });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (typed.trim() !== '') onAdd(typed.trim());
        setTyped('');
      }}
    >
      <Toolbar>
        <label>
          Experiment{' '}
          <input
            value={typed}
            list="known-experiments"
            autoComplete="off"
            onChange={({ target }) => setTyped(target.value)}
          />
        </label>
        <datalist id="known-experiments">
          {found.data?.counts.map(({ value }) => typeof value === 'string' && <option key={value} value={value} />)}
        </datalist>
        <button type="submit">Add</button>
        <a href={toHref(['x'])}>Select in the list</a>
      </Toolbar>
    </form>
  );
}
