import { CommandLine } from '../../../components/command-line.tsx';
import { commandOf } from '../../../../core/command/command-of.ts';
import { Toolbar } from '../../../components/toolbar.tsx';
import { useSetting } from '../../../state/use-setting.ts';
import { Differences } from '../../../components/differences/differences.tsx';

/** Chooses another experiment, and shows all that differs from it. */
export function CompareForm({ id }: { readonly id: string }) {
  const [other, setOther] = useSetting('with', undefined);
  return (
    <section aria-labelledby="compare">
      <h2 id="compare">Compare with another experiment</h2>
      <form
        key={other}
        onSubmit={(event) => {
          event.preventDefault();
          const typed = new FormData(event.currentTarget).get('experiment');
          setOther(typeof typed === 'string' ? typed.trim() || undefined : undefined);
        }}
      >
        <Toolbar>
          <label>
            Experiment <input name="experiment" defaultValue={other} autoComplete="off" />
          </label>
          <button type="submit">Compare</button>
          {other !== undefined && (
            <button type="button" onClick={() => setOther(undefined)}>
              Close
            </button>
          )}
        </Toolbar>
      </form>
      {other !== undefined && (
        <>
          <CommandLine line={commandOf({ command: 'diff', a: other, b: id })} />
          <Differences a={other} b={id} />
        </>
      )}
    </section>
  );
}
