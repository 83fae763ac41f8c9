import { ACTION_RESOURCES } from '../../../core/settings/action-resources.ts';
import { formatCount } from '../../../core/text/phrases.ts';
import type { TemplateJson } from '../../../json/index.ts';
import { useCall } from '../../api/use-call.ts';
import { Empty } from '../../components/empty.tsx';
import { Loading } from '../../components/loading.tsx';
import { ProblemView } from '../../components/problem-view.tsx';
import { ChoiceSetting } from '../../components/settings/choice-setting.tsx';
import { TextSetting } from '../../components/settings/text-setting.tsx';
import { formatValue } from '../../format/numbers.ts';
import { toHref } from '../../state/use-route.ts';
import { useSettings } from '../../state/use-setting.ts';
import { readAdviceSettings, SET } from './advice-settings.ts';
import layout from '../../components/settings/settings.module.css';
import styles from './advise.module.css';

/** The choice of a template, and its values. @param name empty: none is chosen */
export function ForTemplate({ name }: { readonly name: string }) {
  const [settings, change] = useSettings();
  const templates = useCall('templates', {});
  if (templates.error !== null) return <ProblemView error={templates.error} retry={() => void templates.refetch()} />;
  if (templates.data === undefined) return <Loading what="the templates" />;
  const names = templates.data.filter(({ problem }) => problem === null).map((template) => template.name);
  if (names.length === 0 && name === '') {
    return <Empty why="This project has no template that can be used. Advice can be for a description, too." />;
  }
  // Values of one template mean nothing to another.
  const choose = (chosen: string): void =>
    change({
      ...Object.fromEntries([...settings.keys()].filter((key) => key.startsWith(SET)).map((key) => [key, undefined])),
      stage: undefined,
      t: chosen,
    });
  return (
    <>
      <div className={layout['settings']}>
        <label>
          Template
          <select value={name} onChange={({ target }) => choose(target.value)}>
            <option value="">choose one</option>
            {[...new Set([...names, name])].filter(Boolean).map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
      </div>
      {name === '' ? <p>Choose a template to see where a job of it fits.</p> : <Values name={name} />}
    </>
  );
}

function Values({ name }: { readonly name: string }) {
  const template = useCall('template', { name });
  // Advice has the same problem, with words.
  if (template.error !== null) return null;
  if (template.data === undefined) return <Loading what={`the template ${name}`} />;
  return <ValuesOf template={template.data} />;
}

function ValuesOf({ template: { name, parameters, reserved, stages } }: { readonly template: TemplateJson }) {
  const [settings] = useSettings();
  const given = Object.keys(readAdviceSettings(settings).sets).length;
  const resources = ACTION_RESOURCES.filter((key) => key !== 'partition');
  return (
    <>
      <details className={styles['values']}>
        <summary>
          Parameters and resources
          {given === 0 ? ', as the template has them' : `: ${formatCount(given, 'value')} given here`}
        </summary>
        <div className={layout['settings']}>
          {parameters.map((parameter) =>
            parameter.choices === null ? (
              <TextSetting
                key={parameter.name}
                name={SET + parameter.name}
                label={parameter.name}
                placeholder={formatValue(parameter.default ?? undefined)}
              />
            ) : (
              <ChoiceSetting
                key={parameter.name}
                name={SET + parameter.name}
                label={parameter.name}
                words={parameter.choices.map((choice) => formatValue(choice))}
                usual={formatValue(parameter.default ?? undefined) || 'choose one'}
              />
            ),
          )}
          {resources.map((key) => (
            <TextSetting key={key} name={SET + key} label={key} placeholder={formatValue(reserved[key])} />
          ))}
        </div>
      </details>
      {stages.length > 1 && (
        <div className={layout['settings']}>
          <ChoiceSetting
            name="stage"
            label="Stage"
            words={stages.slice(1).map((stage) => stage.name)}
            usual={stages[0]?.name ?? ''}
          />
        </div>
      )}
      <p>
        <a href={toHref(['t', name])}>The template</a>
      </p>
    </>
  );
}
