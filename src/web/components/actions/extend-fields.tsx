import type { Action } from '../../../server/index.ts';
import styles from './actions.module.css';

type Extending = Extract<Action, { readonly kind: 'extend' }>;

/** What to add to a sweep: further values of its axes, more draws. */
export function ExtendFields({
  action,
  onChange,
}: {
  readonly action: Extending;
  readonly onChange: (action: Extending) => void;
}) {
  const { grid = {}, zip = {}, random, submit = false } = action;
  return (
    <>
      <p>Values with commas between them, or a range such as 5..9. Only the missing members are made.</p>
      {Object.entries(grid).map(([name, text]) => (
        <Values
          key={name}
          name={name}
          text={text}
          onChange={(to) => onChange({ ...action, grid: { ...grid, [name]: to } })}
        />
      ))}
      {Object.entries(zip).map(([name, text]) => (
        <Values
          key={name}
          name={`${name}, together with the others`}
          text={text}
          onChange={(to) => onChange({ ...action, zip: { ...zip, [name]: to } })}
        />
      ))}
      {random && (
        <label className={styles['field']}>
          More random draws
          <input
            type="number"
            min={0}
            value={random.count}
            onChange={({ target }) =>
              onChange({ ...action, random: { ...random, count: Math.max(0, Math.trunc(Number(target.value))) } })
            }
          />
        </label>
      )}
      <label>
        <input
          type="checkbox"
          checked={submit}
          onChange={({ target }) => onChange({ ...action, submit: target.checked })}
        />{' '}
        Submit them, too
      </label>
    </>
  );
}

function Values({
  name,
  text,
  onChange,
}: {
  readonly name: string;
  readonly text: string;
  readonly onChange: (text: string) => void;
}) {
  return (
    <label className={styles['field']}>
      {name}
      <input autoComplete="off" value={text} onChange={({ target }) => onChange(target.value)} />
    </label>
  );
}
