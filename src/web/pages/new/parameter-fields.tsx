import type { Value } from '../../../core/value.ts';
import type { TemplateJson } from '../../../json/index.ts';
import { AS, SET, type Form } from './form-address.ts';
import { FormField } from './form-field.tsx';
import styles from './new.module.css';
import { VARIATION_HELP, VariationChoice } from './sweep-fields.tsx';

type Parameter = TemplateJson['parameters'][number];

/** The parameters of a template; in a sweep, each with how it varies. */
export function ParameterFields({
  template: { parameters },
  form: { isSweep, given, varied, lists },
  onChange,
}: {
  readonly template: TemplateJson;
  readonly form: Form;
  /** @param texts by their keys in the address */
  readonly onChange: (texts: { readonly [key: string]: string }) => void;
}) {
  return (
    <fieldset className={styles['fields']}>
      <legend>Parameters</legend>
      {parameters.map((parameter) => {
        const { name, required, role } = parameter;
        const as = varied[name];
        return (
          <FormField
            key={name}
            name={name}
            help={describe(parameter, as && VARIATION_HELP[as])}
            usual={as === 'grid' && role === 'seed' ? '0..4' : writeValue(parameter.default)}
            choices={as === undefined ? parameter.choices?.map(writeValue) : undefined}
            isRequired={required || as !== undefined}
            value={given[SET + name] ?? ''}
            onChange={(text) => onChange({ [SET + name]: text })}
            hint={
              lists.includes(name) && (
                <>
                  This counts as one value. For a run with each of them:{' '}
                  <button type="button" onClick={() => onChange({ sweep: 'on', [AS + name]: 'grid' })}>
                    Several values of {name}
                  </button>
                </>
              )
            }
          >
            {isSweep && <VariationChoice name={name} as={as} onChange={(to) => onChange({ [AS + name]: to })} />}
          </FormField>
        );
      })}
    </fieldset>
  );
}

function describe({ type, range, choices, help, role }: Parameter, variation: string | undefined): string {
  const [low, high] = range ?? [];
  const limits = low === undefined || high === undefined ? '' : ` from ${low} to ${high}`;
  const words = variation !== undefined && choices !== null ? `one of ${choices.map(writeValue).join(', ')}` : '';
  return [`${type}${limits}`, role === 'seed' ? 'seed' : '', words, help ?? '', variation ?? '']
    .filter((text) => text !== '')
    .join(' · ');
}

/** Exactly: it can be given back. */
export function writeValue(value: Value | undefined): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
