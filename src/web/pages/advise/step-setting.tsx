import { useId } from 'react';
import { useDraft } from '../../state/use-draft.ts';
import styles from './advise.module.css';

/**
 * A whole number by a slider over usual values, and a field beside it for any other. It counts after a pause.
 *
 * @param value empty: as usual
 * @param usual what it is then
 */
export function StepSetting({
  label,
  steps,
  value,
  usual,
  onChange,
}: {
  readonly label: string;
  readonly steps: readonly number[];
  readonly value: string;
  readonly usual: string;
  readonly onChange: (text: string) => void;
}) {
  const id = useId();
  const [draft, setDraft, send] = useDraft(value, onChange);
  const place = draft === '' ? 0 : steps.filter((step) => step <= Number(draft)).length;
  return (
    <div className={styles['step']}>
      <label htmlFor={id}>{label}</label>
      <input
        type="range"
        id={id}
        min={0}
        max={steps.length}
        step={1}
        value={place}
        aria-valuetext={draft === '' ? usual : draft}
        onChange={({ target }) => setDraft(String(steps[Number(target.value) - 1] ?? ''))}
        onBlur={send}
      />
      <input
        type="number"
        aria-label={`${label}, as a number`}
        min={1}
        step={1}
        placeholder={usual}
        value={draft}
        onChange={({ target }) => setDraft(target.value)}
        onBlur={send}
      />
    </div>
  );
}
