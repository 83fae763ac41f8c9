import { commandOf } from '../../../core/command/command-of.ts';
import { ACTION_RESOURCES } from '../../../core/settings/action-resources.ts';
import { findReservedKey } from '../../../core/settings/reserved.ts';
import type { Value } from '../../../core/value.ts';
import type { TemplateJson } from '../../../json/index.ts';
import type { Action } from '../../../server/index.ts';
import { ActionButtons } from '../../components/actions/action-buttons.tsx';
import { CommandLine } from '../../components/command-line.tsx';
import { useCommand } from '../../state/command.ts';
import { toHref, useRoute } from '../../state/use-route.ts';
import { FormField } from './form-field.tsx';
import styles from './new.module.css';

/** Before the name of a value in the address. */
const SET = 'set.';

/** The form of a template. What is left empty is as the template has it; all of it is in the address. */
export function NewForm({ template: { name, parameters, reserved } }: { readonly template: TemplateJson }) {
  const { route, go } = useRoute();
  const given = Object.fromEntries([...route.settings].filter(([, text]) => text !== ''));
  const change = (key: string, text: string): void =>
    go(toHref(['new', name], { ...given, [key]: text }), { replace: true });
  const pick = (names: readonly string[]): { readonly [key: string]: string } =>
    Object.fromEntries(names.flatMap((key) => (given[SET + key] === undefined ? [] : [[key, given[SET + key] ?? '']])));
  const params = pick(parameters.map((parameter) => parameter.name));
  const resources = pick(ACTION_RESOURCES);
  const expId = given['name'];
  const tags = (given['tags'] ?? '').split(/[\s,]+/).filter((tag) => tag !== '');
  const missing = parameters.filter((parameter) => parameter.required && params[parameter.name] === undefined);
  const line = commandOf({
    command: 'new',
    template: name,
    set: { ...params, ...resources },
    tags,
    ...(expId && { expId }),
  });
  useCommand(line);
  const action: Action = { kind: 'new', template: name, params, resources, tags, ...(expId && { expId }) };
  return (
    <div className={styles['page']}>
      <fieldset className={styles['fields']}>
        <legend>Parameters</legend>
        {parameters.map((parameter) => (
          <FormField
            key={parameter.name}
            name={parameter.name}
            help={describe(parameter)}
            usual={writeValue(parameter.default)}
            choices={parameter.choices?.map(writeValue)}
            isRequired={parameter.required}
            value={params[parameter.name] ?? ''}
            onChange={(text) => change(SET + parameter.name, text)}
          />
        ))}
      </fieldset>
      <fieldset className={styles['fields']}>
        <legend>Resources</legend>
        {ACTION_RESOURCES.map((key) => (
          <FormField
            key={key}
            name={key}
            help={findReservedKey(key)?.help ?? ''}
            usual={writeValue(reserved[key])}
            value={resources[key] ?? ''}
            onChange={(text) => change(SET + key, text)}
          />
        ))}
      </fieldset>
      <fieldset className={styles['fields']}>
        <legend>Names</legend>
        <FormField
          name="name"
          help="Of the experiment"
          usual={`${name}-001 and so on`}
          value={expId ?? ''}
          onChange={(text) => change('name', text)}
        />
        <FormField
          name="tags"
          help="With spaces between them"
          usual=""
          value={given['tags'] ?? ''}
          onChange={(text) => change('tags', text)}
        />
      </fieldset>
      {missing.length > 0 && (
        <p role="status">The template needs a value for {missing.map((parameter) => parameter.name).join(', ')}.</p>
      )}
      <ActionButtons
        label="Make it"
        offers={
          missing.length > 0
            ? []
            : [
                { name: 'Create and submit', keys: ['mod+enter'], action: { ...action, submit: true } },
                { name: 'Create', action },
              ]
        }
      />
      <p>The same as a command:</p>
      <CommandLine line={line} />
    </div>
  );
}

function describe({ type, range, help, role }: TemplateJson['parameters'][number]): string {
  const [low, high] = range ?? [];
  const limits = low === undefined || high === undefined ? '' : ` from ${low} to ${high}`;
  return [`${type}${limits}`, role === 'seed' ? 'seed' : '', help ?? ''].filter((text) => text !== '').join(' · ');
}

/** Exactly: it can be given back. */
function writeValue(value: Value | undefined): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
