import { ActionButtons } from '../../components/actions/action-buttons.tsx';
import { useActing } from '../../components/actions/use-acting.ts';
import { CommandLine } from '../../components/command-line.tsx';
import { loadLater } from '../../components/load-later.tsx';
import { FormMade, type Made } from './form-made.tsx';
import type { Form } from './form-address.ts';

/** Not needed before someone wants to see it. */
const Preview = loadLater(async () => (await import('./preview.tsx')).Preview, 'what it would submit');

/** Neither is this. */
const FormAdvice = loadLater(async () => (await import('./form-advice.tsx')).FormAdvice, 'advice');

/** What can be done with a form: have it done, copy its command, see what it would submit, and where it fits. */
export function FormEnd({
  form,
  made,
  onChange,
  onMade,
}: {
  readonly form: Form;
  /** What was made last, if anything was. */
  readonly made: Made | undefined;
  readonly onMade: (outcome: Made['outcome']) => void;
  /** @param texts by their keys in the address; empty: taken away */
  readonly onChange: (texts: { readonly [key: string]: string }) => void;
}) {
  const acting = useActing();
  const { action, line, missing, given } = form;
  const isComplete = missing.length === 0;
  const isOpen = given['look'] === 'on';
  const isAdvised = given['advice'] === 'on';
  return (
    <>
      {made && <FormMade made={made} />}
      <ActionButtons
        label="Make it"
        onDone={onMade}
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
        <button type="button" aria-expanded={isOpen} onClick={() => onChange({ look: isOpen ? '' : 'on' })}>
          {isOpen ? 'Hide what it would submit' : 'Show what it would submit'}
        </button>{' '}
        <button type="button" aria-expanded={isAdvised} onClick={() => onChange({ advice: isAdvised ? '' : 'on' })}>
          {isAdvised ? 'Hide advice' : 'Show where it fits'}
        </button>
      </p>
      {isAdvised && <FormAdvice form={form} onUse={onChange} />}
      {isOpen && isComplete && <Preview action={action} />}
    </>
  );
}
