import { ActionButtons } from '../../components/actions/action-buttons.tsx';
import { useActing } from '../../components/actions/use-acting.ts';
import { CommandLine } from '../../components/command-line.tsx';
import { loadLater } from '../../components/load-later.tsx';
import type { Form } from './form-address.ts';

/** Not needed before someone wants to see it. */
const Preview = loadLater(async () => (await import('./preview.tsx')).Preview, 'what it would submit');

/** What can be done with a form: have it done, copy its command, and see what it would submit. */
export function FormEnd({
  form: { action, line, missing, given },
  onLook,
}: {
  readonly form: Form;
  readonly onLook: (isOpen: boolean) => void;
}) {
  const acting = useActing();
  const isComplete = missing.length === 0;
  const isOpen = given['look'] === 'on';
  return (
    <>
      <ActionButtons
        label="Make it"
        offers={
          isComplete
            ? [
                { name: 'Create and submit', keys: ['mod+enter'], action: { ...action, submit: true } },
                { name: 'Create', action },
              ]
            : []
        }
      />
      <p>The same as a command{acting?.on === false && <>. There is no button for it: {acting.why}</>}:</p>
      <CommandLine line={line} />
      <p>
        <button type="button" aria-expanded={isOpen} onClick={() => onLook(!isOpen)}>
          {isOpen ? 'Hide what it would submit' : 'Show what it would submit'}
        </button>
      </p>
      {isOpen && isComplete && <Preview action={action} />}
    </>
  );
}
