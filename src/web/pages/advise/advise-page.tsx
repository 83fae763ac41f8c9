import { PageHeading } from '../../components/page-heading.tsx';
import { PartialStrip } from '../../components/partial-strip.tsx';
import { toHref } from '../../state/use-route.ts';
import { useSettings } from '../../state/use-setting.ts';
import { readAdviceSettings, type AdviceKind } from './advice-settings.ts';
import { Adviser } from './adviser.tsx';
import { ForDescription } from './for-description.tsx';
import { ForExperiment } from './for-experiment.tsx';
import { ForTemplate } from './for-template.tsx';
import { TrackRecord } from './track-record.tsx';
import layout from '../../components/settings/settings.module.css';

const KINDS: { readonly [kind in AdviceKind]: string } = {
  template: 'For a template',
  experiment: 'For an experiment',
  description: 'For a description',
};

/** Where a job fits, when it starts, how long it runs and what it costs: before it is submitted. */
export function AdvisePage() {
  const [settings] = useSettings();
  const read = readAdviceSettings(settings);
  const { kind, name, strange } = read;
  const partition = settings.get('partition') ?? undefined;
  return (
    <>
      <PageHeading title="Advisor" />
      <nav aria-label="What the advice is for" className={layout['kinds']}>
        {Object.entries(KINDS).map(([each, words]) => (
          <a
            key={each}
            href={toHref(['advise'], { for: each === 'template' ? undefined : each, partition })}
            aria-current={each === kind ? 'page' : undefined}
          >
            {words}
          </a>
        ))}
      </nav>
      {strange.map((key) => (
        <PartialStrip
          key={key}
          message={`${key} must be a whole number from 1: ${settings.get(key) ?? ''} is left out`}
        />
      ))}
      {kind === 'template' && <ForTemplate key={name} name={name} />}
      {kind === 'experiment' && <ForExperiment />}
      {kind === 'description' && <ForDescription />}
      {read.request !== undefined && <Adviser key={`${kind} ${name}`} settings={read} request={read.request} />}
      <TrackRecord />
    </>
  );
}
