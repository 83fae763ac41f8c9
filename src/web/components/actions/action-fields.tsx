import type { Action } from '../../../server/index.ts';
import styles from './actions.module.css';

/** Whether an action has all that its dialog would ask for. */
export function isComplete(action: Action): boolean {
  if (action.kind === 'tag') return (action.add ?? []).length + (action.remove ?? []).length > 0;
  return action.kind !== 'note' || action.text.trim() !== '';
}

/** Fields for what an action needs to know; nothing for most. */
export function ActionFields({
  action,
  onChange,
}: {
  readonly action: Action;
  readonly onChange: (action: Action) => void;
}) {
  if (action.kind === 'note') {
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
  }
  if (action.kind !== 'tag') return null;
  return (
    <>
      <Tags name="Tags to add" onChange={(add) => onChange({ ...action, add })} />
      <Tags name="Tags to remove" onChange={(remove) => onChange({ ...action, remove })} />
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
