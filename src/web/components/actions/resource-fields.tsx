import { ACTION_RESOURCES } from '../../../core/settings/action-resources.ts';
import { findReservedKey } from '../../../core/settings/reserved.ts';
import styles from './actions.module.css';

type Resources = { readonly [key: string]: string };

/** What most retries need. */
const USUAL: readonly string[] = ['time_limit', 'mem'];
const OTHERS = ACTION_RESOURCES.filter((key) => !USUAL.includes(key));

/** Resources of the attempts that an action submits; what is empty stays as the experiment has it. */
export function ResourceFields({
  resources,
  onChange,
}: {
  readonly resources: Resources;
  readonly onChange: (resources: Resources) => void;
}) {
  const change = (key: string, text: string): void =>
    onChange(
      Object.fromEntries(Object.entries({ ...resources, [key]: text.trim() }).filter(([, each]) => each !== '')),
    );
  const field = (key: string) => (
    <ResourceField key={key} name={key} text={resources[key] ?? ''} onChange={(text) => change(key, text)} />
  );
  return (
    <>
      {USUAL.map(field)}
      <details>
        <summary>Other resources</summary>
        <div className={styles['dialog']}>{OTHERS.map(field)}</div>
      </details>
    </>
  );
}

function ResourceField({
  name,
  text,
  onChange,
}: {
  readonly name: string;
  readonly text: string;
  readonly onChange: (text: string) => void;
}) {
  const [what = name, ...forms] = (findReservedKey(name)?.help ?? name).split(': ');
  return (
    <label className={styles['field']}>
      <span>
        {what}
        {forms.length > 0 && <small>: {forms.join(': ')}</small>}
      </span>
      <input
        autoComplete="off"
        placeholder="as before"
        value={text}
        onChange={({ target }) => onChange(target.value)}
      />
    </label>
  );
}
