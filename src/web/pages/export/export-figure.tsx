import { useEffect, useState } from 'react';
import { formatCount } from '../../../core/text/phrases.ts';
import { callApi } from '../../api/call-api.ts';
import { useCall } from '../../api/use-call.ts';
import { Empty } from '../../components/empty.tsx';
import { Loading } from '../../components/loading.tsx';
import { PartialStrip } from '../../components/partial-strip.tsx';
import { ProblemView } from '../../components/problem-view.tsx';
import { useCommand } from '../../state/command.ts';
import { useSettings } from '../../state/use-setting.ts';
import { ChoiceSetting, FlagSetting } from '../../components/settings/choice-setting.tsx';
import {
  FIGURE_BANDS,
  FIGURE_FORMATS,
  FIGURE_KINDS,
  writeFigureCommand,
  type FigureSettings,
} from './figure-settings.ts';
import { SaveButton } from '../../components/saving/save-button.tsx';
import { TextSetting } from '../../components/settings/text-setting.tsx';
import { KNOWN_NAMES } from './known-names.ts';
import layout from '../../components/settings/settings.module.css';
import styles from './export.module.css';

/** Builds a figure, and shows it as it will be on paper. */
export function ExportFigure({ settings: { request, format } }: { readonly settings: FigureSettings }) {
  const [, change] = useSettings();
  const drawn = useCall('figure', request, { keepsFormer: true });
  useCommand(request && writeFigureCommand(request, format));
  return (
    <>
      <div className={layout['settings']}>
        <TextSetting name="m" label="Metric" placeholder="accuracy" list={KNOWN_NAMES} />
        <TextSetting name="q" label="Experiments" placeholder="all" size={32} />
        <TextSetting name="g" label="One curve or bar for each" placeholder="experiment" list={KNOWN_NAMES} />
        <ChoiceSetting name="kind" label="Kind" words={FIGURE_KINDS} usual="automatic" />
        <TextSetting name="x" label="Horizontal axis" placeholder="step" list={KNOWN_NAMES} />
        <ChoiceSetting name="band" label="Band" words={FIGURE_BANDS} usual="usual" />
        <TextSetting name="smooth" label="Smoothing weight" placeholder="0" size={4} />
        <TextSetting name="w" label="Width, in" placeholder="3.3" size={4} />
        <TextSetting name="h" label="Height, in" placeholder="2.4" size={4} />
        <TextSetting name="title" label="Title" placeholder="none" />
        <FlagSetting name="logx" label="Logarithmic horizontal axis" />
        <FlagSetting name="logy" label="Logarithmic vertical axis" />
        <FlagSetting name="symlogx" label="Horizontal axis logarithmic on both sides of zero" />
        <FlagSetting name="symlogy" label="Vertical axis logarithmic on both sides of zero" />
      </div>
      {request === undefined ? (
        <Empty why="Choose a metric to draw." />
      ) : (
        <>
          <div className={styles['bar']}>
            <div role="group" aria-label="Format" className={styles['formats']}>
              {FIGURE_FORMATS.map((each) => (
                <button
                  key={each}
                  type="button"
                  aria-pressed={each === format}
                  onClick={() => change({ ff: each === 'svg' ? undefined : each })}
                >
                  {each.toUpperCase()}
                </button>
              ))}
            </div>
            <SaveButton name={`figure.${format}`} load={() => callApi('figureFile', { ...request, format })} />
          </div>
          {drawn.error !== null ? (
            <ProblemView error={drawn.error} retry={() => void drawn.refetch()} />
          ) : drawn.data === undefined ? (
            <Loading what="the figure" lines={12} />
          ) : (
            <div aria-busy={drawn.isPlaceholderData}>
              {drawn.data.warnings.map((warning) => (
                <PartialStrip key={warning} message={warning} />
              ))}
              <p role="status">{formatCount(drawn.data.experiments, 'experiment')}</p>
              <Picture
                svg={drawn.data.svg}
                name={`${request.metric} of ${formatCount(drawn.data.experiments, 'experiment')}`}
              />
            </div>
          )}
        </>
      )}
    </>
  );
}

/** As a picture it runs nothing, whatever is written in it. */
function Picture({ svg, name }: { readonly svg: string; readonly name: string }) {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [svg]);
  return address === undefined ? null : <img src={address} alt={name} className={styles['picture']} />;
}
