import type { Variation } from '../../../core/sweep/space-texts.ts';
import type { Form } from './form-address.ts';
import { FormField } from './form-field.tsx';
import styles from './new.module.css';

/** What is said about a value that varies. */
export const VARIATION_HELP: { readonly [as in Variation]: string } = {
  grid: 'Values with commas between them, or a range such as 1..5; with each value of the others',
  zip: 'Values with commas between them; the first with the first of the others that vary together, and so on',
  draw: 'A distribution: uniform(0,1), loguniform(1e-5,1e-1), int(1,10) or choice(a,b)',
};

/** How a parameter varies. */
export function VariationChoice({
  name,
  as,
  onChange,
}: {
  readonly name: string;
  readonly as: Variation | undefined;
  readonly onChange: (as: string) => void;
}) {
  return (
    <select aria-label={`How ${name} varies`} value={as ?? ''} onChange={({ target }) => onChange(target.value)}>
      <option value="">one value</option>
      <option value="grid">each value</option>
      <option value="zip">together with others</option>
      <option value="draw">drawn at random</option>
    </select>
  );
}

/** What a sweep has beside its parameters. */
export function SweepFields({
  form: {
    given,
    varied,
    search: { proposes },
  },
  onChange,
}: {
  readonly form: Form;
  readonly onChange: (key: string, text: string) => void;
}) {
  const isRandom = Object.values(varied).includes('draw');
  return (
    <fieldset className={styles['fields']}>
      <legend>Sweep</legend>
      {isRandom && (
        <>
          {given['trials'] === undefined && (
            <FormField
              name="random draws"
              help={
                proposes
                  ? 'How many are drawn at once; empty: members are proposed one after the other'
                  : 'How many times the parameters that are drawn are drawn'
              }
              usual={proposes ? '' : '20'}
              isRequired={!proposes}
              value={given['draws'] ?? ''}
              onChange={(text) => onChange('draws', text)}
            />
          )}
          <FormField
            name="seed of the draws"
            help="With the same seed the same values are drawn"
            usual="0"
            value={given['rseed'] ?? ''}
            onChange={(text) => onChange('rseed', text)}
          />
        </>
      )}
      <FormField
        name="at once"
        help="How many of its members run at once at most"
        usual={proposes ? '16' : 'no limit'}
        isRequired={proposes}
        value={given['most'] ?? ''}
        onChange={(text) => onChange('most', text)}
      />
    </fieldset>
  );
}
