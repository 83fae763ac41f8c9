import { STOP_DEFAULTS, STOP_RULES } from '../../../core/settings/search-settings.ts';
import type { TemplateJson } from '../../../json/index.ts';
import type { Form } from './form-address.ts';
import { FormField } from './form-field.tsx';
import styles from './new.module.css';

/** How a sweep goes on by itself: which members are stopped, what is tried next, and what is repeated. */
export function SearchFields({
  template: { search, search_metrics: metrics },
  form: { given, varied, search: asked },
  onChange,
}: {
  readonly template: TemplateJson;
  readonly form: Form;
  readonly onChange: (key: string, text: string) => void;
}) {
  const isDrawn = Object.values(varied).includes('draw');
  const { proposes, stops, decides } = asked;
  const stop = search?.stop ?? undefined;
  const field = (key: string, name: string, help: string, usual: string | number | undefined, isRequired = false) => (
    <FormField
      name={name}
      help={help}
      usual={usual === undefined ? '' : String(usual)}
      isRequired={isRequired}
      value={given[key] ?? ''}
      onChange={(text) => onChange(key, text)}
    />
  );
  const choice = (key: string, name: string, help: string, usual: string, choices: readonly string[]) => (
    <FormField
      name={name}
      help={help}
      usual={usual}
      choices={choices}
      value={given[key] ?? ''}
      onChange={(text) => onChange(key, text)}
    />
  );
  if (metrics.length === 0) {
    return (
      <p>
        No member of this sweep can be stopped early or proposed: no harvest rule of the template has steps and says
        with <code>mode: max</code> or <code>mode: min</code> which values are better.
      </p>
    );
  }
  return (
    <fieldset className={styles['fields']}>
      <legend>Stop the worst, propose the next</legend>
      {choice(
        'stop',
        'stop',
        'The worst at each rung: asha (the best 1/eta go on), median (those not worse go on) or none',
        `${stop?.rule ?? 'none'} (usual)`,
        STOP_RULES,
      )}
      {isDrawn &&
        field(
          'trials',
          'trials',
          'Members that are proposed one after the other, from the results of those before; empty: all are drawn at once',
          search?.trials ?? (proposes ? 'as the template has it' : undefined),
        )}
      {proposes && choice('by', 'by', 'How members are proposed', `${search?.by ?? 'tpe'} (usual)`, ['tpe', 'random'])}
      {proposes &&
        field(
          'lead',
          'lead',
          'How many members are queued ahead, or auto: from what members waited. They run beside the others if there is room',
          search?.lead ?? 'none',
        )}
      {decides &&
        choice(
          'metric',
          'metric',
          'Its values decide',
          search?.metric ?? 'choose one',
          metrics.map(({ name }) => name),
        )}
      {stops && (
        <>
          {field('from', 'from step', 'The step of the first rung', stop?.from, stop === undefined)}
          {field('to', 'to step', 'The step at which a member is complete', stop?.to, stop === undefined)}
          {field('eta', 'eta', 'The ratio of one rung to the one before', stop?.eta ?? STOP_DEFAULTS.eta)}
          {field('keep', 'keep', 'How many of the best always go on', stop?.keep ?? STOP_DEFAULTS.keep)}
          {choice(
            'pause',
            'pause',
            'Pause members instead of stopping them: they go on from their checkpoints if later results lift them',
            `${stop?.resume ?? STOP_DEFAULTS.resume} (usual)`,
            ['true', 'false'],
          )}
        </>
      )}
      {field('top', 'best to repeat', 'How many of the best are repeated in the end', search?.confirm?.top)}
      {field('seeds', 'seeds of each', 'How many seeds each of the best has then', search?.confirm?.seeds)}
    </fieldset>
  );
}
