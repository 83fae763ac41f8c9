import { useState } from 'react';
import { SteadyButton } from '../../../components/steady-button.tsx';
import type { ChosenColumn } from '../list/address.ts';
import { changeColumn, moveColumn, toggleColumn, type KnownColumn } from './column-choice.ts';
import styles from './column-picker.module.css';

export interface PickerProps {
  readonly known: readonly KnownColumn[];
  readonly chosen: readonly ChosenColumn[];
  /** Undefined for the usual ones. */
  readonly onChange: (columns: readonly ChosenColumn[] | undefined) => void;
}

/** Which columns are shown, in which order, how wide, and which stay at the left; and the others. */
export function ColumnChoices(props: PickerProps) {
  return (
    <div className={styles['picker']}>
      <ShownColumns {...props} />
      <OtherColumns {...props} />
      <button type="button" onClick={() => props.onChange(undefined)}>
        Reset the columns
      </button>
    </div>
  );
}

/** Columns are dragged to their places, or moved by the buttons. */
function ShownColumns({ chosen, onChange }: PickerProps) {
  const [dragged, setDragged] = useState<number>();
  const drop = (place: number): void => {
    const moved = dragged === undefined ? undefined : chosen[dragged];
    if (dragged !== undefined && moved !== undefined) onChange(moveColumn(chosen, moved.name, place - dragged));
    setDragged(undefined);
  };
  return (
    <section>
      <h2 className={styles['name']}>Shown, in this order</h2>
      <ol className={styles['list']} aria-label="Shown columns">
        {chosen.map(({ name, width, isPinned = false }, place) => (
          <li
            key={name}
            className={styles['column']}
            draggable
            data-dragged={dragged === place}
            onDragStart={() => setDragged(place)}
            onDragEnd={() => setDragged(undefined)}
            onDragOver={(event) => event.preventDefault()}
            onDrop={() => drop(place)}
          >
            <span className={styles['text']} title={name}>
              {name}
            </span>
            <Sign
              label={`Move ${name} up`}
              sign="↑"
              isDisabled={place === 0}
              act={() => onChange(moveColumn(chosen, name, -1))}
            />
            <Sign
              label={`Move ${name} down`}
              sign="↓"
              isDisabled={place === chosen.length - 1}
              act={() => onChange(moveColumn(chosen, name, 1))}
            />
            <button
              type="button"
              aria-pressed={isPinned}
              aria-label={`Keep ${name} at the left`}
              title="Stays at the left"
              onClick={() => onChange(changeColumn(chosen, name, { isPinned: !isPinned }))}
            >
              ⇤
            </button>
            <input
              type="number"
              aria-label={`Width of ${name} in pixels`}
              title="Width in pixels"
              placeholder="auto"
              min={48}
              max={1000}
              step={8}
              value={width ?? ''}
              onChange={({ target }) => {
                const pixels = target.valueAsNumber;
                if (pixels >= 48 && pixels <= 1000) onChange(changeColumn(chosen, name, { width: pixels }));
              }}
            />
            <Sign label={`Hide ${name}`} sign="✕" act={() => onChange(toggleColumn(chosen, name))} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function OtherColumns({ known, chosen, onChange }: PickerProps) {
  const [typed, setTyped] = useState('');
  const [isVarying, setVarying] = useState(false);
  const [isPresent, setPresent] = useState(true);
  const text = typed.trim().toLowerCase();
  const others = known.filter(
    (column) =>
      column.name.toLowerCase().includes(text) &&
      (!isVarying || column.varies) &&
      (!isPresent || column.isPresent) &&
      !chosen.some(({ name }) => name === column.name),
  );
  return (
    <section>
      <h2 className={styles['name']}>Others</h2>
      <input
        className={styles['search']}
        type="search"
        aria-label="Search columns"
        placeholder="Search"
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
      />
      <div className={styles['only']}>
        <label title="In the newest 200 experiments">
          <input type="checkbox" checked={isVarying} onChange={({ target }) => setVarying(target.checked)} /> only those
          that vary
        </label>
        <label title="In the newest 200 experiments">
          <input type="checkbox" checked={isPresent} onChange={({ target }) => setPresent(target.checked)} /> only those
          present
        </label>
      </div>
      <ul className={styles['list']} aria-label="Other columns">
        {others.map(({ name }) => (
          <li key={name} className={styles['column']}>
            <span className={styles['text']} title={name}>
              {name}
            </span>
            <Sign label={`Show ${name}`} sign="+" act={() => onChange(toggleColumn(chosen, name))} />
          </li>
        ))}
      </ul>
      {others.length === 0 && <p>No other column is like this.</p>}
    </section>
  );
}

function Sign({
  label,
  sign,
  isDisabled = false,
  act,
}: {
  readonly label: string;
  readonly sign: string;
  readonly isDisabled?: boolean;
  readonly act: () => void;
}) {
  return (
    <SteadyButton label={label} isOff={isDisabled} onPress={act}>
      {sign}
    </SteadyButton>
  );
}
