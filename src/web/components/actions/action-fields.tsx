import type { Action } from '../../../server/index.ts';
import styles from './actions.module.css';
import { ExtendFields } from './extend-fields.tsx';
import { ResourceFields } from './resource-fields.tsx';

/** Whether its dialog asks for something first. */
export function asksFirst({ kind }: Action): boolean {
  return kind === 'tag' || kind === 'note' || kind === 'extend' || kind === 'throttle';
}

/** Whether its fields stay beside the plan: most people need none of them. */
export function keepsFields({ kind }: Action): boolean {
  return kind === 'retry' || kind === 'submit' || kind === 'cancel';
}

interface FieldsProps {
  readonly action: Action;
  readonly onChange: (action: Action) => void;
}

/** Fields for what an action needs to know; nothing for most. */
export function ActionFields({ action, onChange }: FieldsProps) {
  switch (action.kind) {
    case 'note':
      return (
        <label className={styles['field']}>
          Note
          <textarea
            rows={4}
            value={action.text}
            onChange={(event) => onChange({ ...action, text: event.target.value })}
          />
        </label>
      );
    case 'tag':
      return (
        <>
          <Tags name="Tags to add" onChange={(add) => onChange({ ...action, add })} />
          <Tags name="Tags to remove" onChange={(remove) => onChange({ ...action, remove })} />
        </>
      );
    case 'throttle':
      return (
        <label className={styles['field']}>
          Members at once; 0: no limit
          <input
            type="number"
            min={0}
            value={action.maxParallel}
            onChange={({ target }) =>
              onChange({ ...action, maxParallel: Math.max(0, Math.trunc(Number(target.value))) })
            }
          />
        </label>
      );
    case 'extend':
      return <ExtendFields action={action} onChange={onChange} />;
    case 'cancel':
      return <StopFields action={action} onChange={onChange} />;
    case 'retry':
    case 'submit':
      return (
        <ResourceFields
          resources={action.resources ?? {}}
          onChange={(resources) => onChange({ ...action, resources })}
        />
      );
    default:
      return null;
  }
}

function StopFields({
  action: { stop, ...rest },
  onChange,
}: {
  readonly action: Extract<Action, { readonly kind: 'cancel' }>;
  readonly onChange: (action: Action) => void;
}) {
  return (
    <>
      <label>
        <input
          type="checkbox"
          checked={stop !== undefined}
          onChange={({ target }) => onChange(target.checked ? { ...rest, stop: '' } : rest)}
        />{' '}
        Stop, and keep what it has: the run can save first, and gets the status stopped
      </label>
      {stop !== undefined && (
        <label className={styles['field']}>
          Reason, which is shown with it
          <input
            autoComplete="off"
            placeholder="no better than the others"
            value={stop}
            onChange={({ target }) => onChange({ ...rest, stop: target.value })}
          />
        </label>
      )}
    </>
  );
}

function Tags({ name, onChange }: { readonly name: string; readonly onChange: (tags: readonly string[]) => void }) {
  return (
    <label className={styles['field']}>
      {name}, with spaces between them
      <input
        autoComplete="off"
        onChange={({ target }) => onChange(target.value.split(/[\s,]+/).filter((tag) => tag !== ''))}
      />
    </label>
  );
}
