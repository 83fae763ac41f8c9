import { useDeferredValue, useEffect, useId, useRef, useState, type SubmitEvent } from 'react';
import { formatList } from '../../../core/text/phrases.ts';
import { ApiError, callApi } from '../../api/call-api.ts';
import { useCall } from '../../api/use-call.ts';
import { Toolbar } from '../../components/toolbar.tsx';
import { toHref } from '../../state/use-route.ts';

/** Names that are proposed while one types. */
const MOST_PROPOSED = 20;
/** Names that a refusal proposes. */
const MOST_NEAR = 3;

/**
 * Adds an experiment by its name, or leads to the list of all. A name that no experiment has is refused.
 *
 * @param takesFocus whether to type a name is the next step on the page, when it opens
 */
export function AddRun({
  onAdd,
  takesFocus,
}: {
  readonly onAdd: (expId: string) => void;
  readonly takesFocus: boolean;
}) {
  const [typed, setTyped] = useState('');
  const [refusal, setRefusal] = useState<string>();
  const input = useRef<HTMLInputElement>(null);
  const told = useId();
  const prefix = useDeferredValue(typed.trim());
  const found = useCall('values', prefix === '' ? undefined : askForNames(prefix));
  // Only when the page opens: later the focus is where the user left it.
  useEffect(() => {
    if (takesFocus) input.current?.focus();
  }, []);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const name = typed.trim();
    if (name === '') return;
    void refuse(name).then((why) => {
      setRefusal(why);
      if (why !== undefined) return input.current?.focus();
      setTyped('');
      onAdd(name);
    });
  };
  return (
    <form onSubmit={submit}>
      <Toolbar>
        <label>
          Experiment{' '}
          <input
            ref={input}
            value={typed}
            list="known-experiments"
            autoComplete="off"
            aria-invalid={refusal !== undefined}
            aria-describedby={told}
            onChange={({ target }) => {
              setTyped(target.value);
              setRefusal(undefined);
            }}
          />
        </label>
        <datalist id="known-experiments">
          {found.data?.counts.map(({ value }) => typeof value === 'string' && <option key={value} value={value} />)}
        </datalist>
        <button type="submit">Add</button>
        <a href={toHref(['x'])}>Select in the list</a>
      </Toolbar>
      <p id={told} role="status">
        {refusal}
      </p>
    </form>
  );
}

function askForNames(prefix: string) {
  return { field: 'exp_id', prefix, limit: MOST_PROPOSED };
}

/** Why a name cannot be added, with names that are near; undefined if an experiment has it. */
async function refuse(name: string): Promise<string | undefined> {
  try {
    await callApi('show', { id: name });
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { code, message, fix } = error.problem;
    if (code !== 'experiment.unknown') return [message, fix].filter(Boolean).join('. ');
    const begun = await callApi('values', askForNames(name)).catch(() => undefined);
    const names = begun?.counts.flatMap(({ value }) => (typeof value === 'string' ? [value] : [])) ?? [];
    if (names.length > 0)
      return `No experiment has the name ${name}. Names that begin with it: ${formatList(names, MOST_NEAR)}`;
    return `No experiment has the name ${name}${fix?.startsWith('did you mean') === true ? `: ${fix}` : ''}`;
  }
}
