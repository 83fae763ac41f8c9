import { useMemo, useState } from 'react';
import { ACTION_RESOURCES } from '../../../core/settings/action-resources.ts';
import { findReservedKey } from '../../../core/settings/reserved.ts';
import { formatList } from '../../../core/text/phrases.ts';
import type { TemplateJson } from '../../../json/index.ts';
import { PartialStrip } from '../../components/partial-strip.tsx';
import { useCommand } from '../../state/command.ts';
import { toHref, useRoute } from '../../state/use-route.ts';
import { readForm, SET } from './form-address.ts';
import { FormEnd } from './form-end.tsx';
import { FormField } from './form-field.tsx';
import type { Made } from './form-made.tsx';
import styles from './new.module.css';
import { ParameterFields, writeValue } from './parameter-fields.tsx';
import { SearchFields } from './search-fields.tsx';
import { SweepFields } from './sweep-fields.tsx';

/** The form of a template: one experiment, or a sweep. What is left empty is as the template has it; all of it is in the address. */
export function NewForm({ template }: { readonly template: TemplateJson }) {
  const { route, go } = useRoute();
  const { name, reserved } = template;
  const form = useMemo(() => readForm(route.settings, template), [route.settings, template]);
  const { isSweep, given, unknown } = form;
  const changeAll = (texts: { readonly [key: string]: string }): void =>
    go(toHref(['new', name], { ...given, ...texts }), { replace: true });
  const change = (key: string, text: string): void => changeAll({ [key]: text });
  const [made, setMade] = useState<Made>();
  useCommand(form.line);
  return (
    <div className={styles['page']}>
      {unknown.length > 0 && (
        <PartialStrip message={`No form of this template can set this part of the address: ${unknown.join(', ')}`} />
      )}
      <label>
        <input
          type="checkbox"
          checked={isSweep}
          onChange={({ target }) => change('sweep', target.checked ? 'on' : '')}
        />{' '}
        Sweep: several runs, with parameters that vary
      </label>
      <ParameterFields template={template} form={form} onChange={changeAll} />
      {isSweep && <SweepFields form={form} onChange={change} />}
      {isSweep && <SearchFields template={template} form={form} onChange={change} />}
      <fieldset className={styles['fields']}>
        <legend>Resources</legend>
        {ACTION_RESOURCES.map((key) => (
          <FormField
            key={key}
            name={key}
            help={findReservedKey(key)?.help ?? ''}
            usual={writeValue(reserved[key])}
            value={given[SET + key] ?? ''}
            onChange={(text) => change(SET + key, text)}
          />
        ))}
      </fieldset>
      <fieldset className={styles['fields']}>
        <legend>Names</legend>
        <FormField
          name="name"
          help={isSweep ? 'Of the sweep' : 'Of the experiment'}
          usual={`${name}-001 and so on`}
          value={given['name'] ?? ''}
          onChange={(text) => change('name', text)}
        />
        <FormField
          name="description"
          help="In a line"
          usual=""
          value={given['description'] ?? ''}
          onChange={(text) => change('description', text)}
        />
        <FormField
          name="tags"
          help="With spaces between them"
          usual=""
          value={given['tags'] ?? ''}
          onChange={(text) => change('tags', text)}
        />
      </fieldset>
      {form.missing.length > 0 && <p role="status">The form still needs {formatList(form.missing)}.</p>}
      <FormEnd
        form={form}
        made={made}
        onChange={changeAll}
        onMade={(outcome) => {
          setMade({ outcome, again: toHref(['new', name], given) });
          // An empty form makes nothing twice; a step back has the values again.
          go(toHref(['new', name]));
        }}
      />
    </div>
  );
}
