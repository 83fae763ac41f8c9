import { useState, type FormEvent } from 'react';
import type { Axis } from './axes.ts';
import { readBrush, type Brush } from './brushes.ts';
import styles from './shared/sweep-page.module.css';

/** Chooses a part of an axis without dragging. */
export function BrushForm({
  axes,
  where,
  onBrush,
}: {
  readonly axes: readonly Axis[];
  readonly where: string;
  readonly onBrush: (field: string, brush: Brush | undefined) => void;
}) {
  const [chosen, choose] = useState(axes[0]?.label);
  const axis = axes.find(({ label }) => label === chosen) ?? axes[0];
  if (axis === undefined) return null;
  const brush = readBrush(where, axis.label);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    onBrush(axis.label, readForm(axis, given));
  };
  return (
    <form key={`${axis.label} ${where}`} className={styles['brushes']} onSubmit={submit}>
      <label>
        Axis{' '}
        <select value={axis.label} onChange={({ target }) => choose(target.value)}>
          {axes.map(({ label }) => (
            <option key={label}>{label}</option>
          ))}
        </select>
      </label>
      {axis.scale === 'choices' ? (
        axis.choices.slice(0, MOST_CHOICES).map((text) => (
          <label key={text}>
            <input
              type="checkbox"
              name="choice"
              value={text}
              defaultChecked={brush === undefined || ('choices' in brush && brush.choices.includes(text))}
            />{' '}
            {text}
          </label>
        ))
      ) : (
        <>
          <NumberInput label="From" name="from" value={brush && 'from' in brush ? brush.from : undefined} />
          <NumberInput label="To" name="to" value={brush && 'to' in brush ? brush.to : undefined} />
        </>
      )}
      <button type="submit">Filter</button>
      <button type="button" disabled={brush === undefined} onClick={() => onBrush(axis.label, undefined)}>
        Whole axis
      </button>
    </form>
  );
}

/** More are chosen in the filter itself. */
const MOST_CHOICES = 20;

function NumberInput({
  label,
  name,
  value,
}: {
  readonly label: string;
  readonly name: string;
  readonly value: number | undefined;
}) {
  return (
    <label>
      {label} <input type="number" name={name} step="any" defaultValue={value} />
    </label>
  );
}

function readForm({ scale, choices }: Axis, given: FormData): Brush | undefined {
  if (scale === 'choices') {
    const own = given.getAll('choice').filter((text) => typeof text === 'string');
    return own.length === choices.length || own.length === 0 ? undefined : { choices: own };
  }
  const number = (name: string): number | undefined => {
    const text = given.get(name);
    return typeof text === 'string' && text !== '' ? Number(text) : undefined;
  };
  const [from, to] = [number('from'), number('to')];
  if (from === undefined && to === undefined) return undefined;
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}
