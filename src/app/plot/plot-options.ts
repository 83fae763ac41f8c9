import { chooseLinearPart } from '../../core/stats/symlog.ts';
import { inputError } from '../../core/errors.ts';
import type { KnownNames } from '../../core/fields/fields.ts';
import { recordField } from '../../core/fields/record-fields.ts';
import { suggestMeant } from '../../core/text/abbreviation.ts';
import { formatList } from '../../core/text/phrases.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { Band, Column, Figure, FigureAxis } from '../../report/index.ts';
import type { Project } from '../project/project.ts';
import type { Unreadable } from '../harvest/unread.ts';

/** A request with all names looked up and all experiments read. */
export interface PlotOptions {
  readonly project: Project;
  readonly known: KnownNames;
  readonly rows: readonly Experiment[];
  readonly unreadable: Unreadable;
  readonly metric: string;
  /** With its unit. */
  readonly label: (metric: string) => string;
  readonly by: readonly Column[];
  readonly logX: boolean;
  readonly logY: boolean;
  readonly symlogX: boolean;
  readonly symlogY: boolean;
  readonly band?: Band;
  readonly smooth?: number;
}

/** The axis of the metric of a figure. @param values what is drawn along it */
export function makeValueAxis(
  { metric, label, logY, symlogY }: Pick<PlotOptions, 'metric' | 'label' | 'logY' | 'symlogY'>,
  values: readonly (number | undefined)[],
): FigureAxis {
  return makeAxis(label(metric), { log: logY, symlog: symlogY }, values);
}

/** An axis of numbers; of a symmetric logarithmic one, the values decide where it is linear. */
export function makeAxis(
  label: string,
  { log, symlog }: { readonly log: boolean; readonly symlog: boolean },
  values: readonly (number | undefined)[],
): FigureAxis {
  if (!symlog) return { label, log };
  const finite = values.filter((value): value is number => value !== undefined && Number.isFinite(value));
  return { label, log, symlog: chooseLinearPart(finite) };
}

/** What a kind of figure returns. */
export interface Drawn {
  readonly figure: Figure;
  /** What is not in the figure, and what one must know to read it. */
  readonly warnings: readonly string[];
}

/**
 * The name of a metric, which counts as one here even if a parameter has the same name.
 *
 * @throws SheafError `field.unknown` if nothing has the name, `plot.metric` if a parameter or a field has it
 */
export function resolveMetric(name: string, known: KnownNames): string {
  const found = [name, name.replace(/^results\./, '')].find((each) => known.results.includes(each));
  if (found !== undefined) return found;
  const isOther = recordField(name) !== undefined || known.params.includes(name.replace(/^params\./, ''));
  throw isOther ? noMetric(name) : unknownMetric(name, known.results);
}

function unknownMetric(name: string, metrics: readonly string[]): Error {
  return inputError('field.unknown', `no experiment has a metric "${name}"`, {
    fix:
      metrics.length === 0
        ? 'read the results first: sheaf harvest --all'
        : suggestMeant(name, metrics, `the metrics are ${formatList(metrics)}`),
  });
}

function noMetric(name: string): Error {
  return inputError('plot.metric', `${name} is no metric`, {
    why: 'the vertical axis shows a metric; what distinguishes the experiments goes on the horizontal axis or into groups',
    fix: `sheaf plot METRIC --x ${name}, or --group-by ${name}`,
  });
}
