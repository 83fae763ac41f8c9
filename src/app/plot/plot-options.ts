import { inputError } from '../../core/errors.ts';
import { resolveField, type KnownNames } from '../../core/fields/fields.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { Band, Column, Figure } from '../../report/index.ts';
import type { Project } from '../project/project.ts';

/** A request with all names looked up and all experiments read. */
export interface PlotOptions {
  readonly project: Project;
  readonly known: KnownNames;
  readonly rows: readonly Experiment[];
  readonly metric: string;
  /** With its unit. */
  readonly label: (metric: string) => string;
  readonly by: readonly Column[];
  readonly logX: boolean;
  readonly logY: boolean;
  readonly band?: Band;
  readonly smooth?: number;
}

/** What a kind of figure returns. */
export interface Drawn {
  readonly figure: Figure;
  /** What is not in the figure, and what one must know to read it. */
  readonly warnings: readonly string[];
}

/** The name of a metric, which counts as one here even if a parameter has the same name. */
export function resolveMetric(name: string, known: KnownNames): string {
  if (known.results.includes(name)) return name;
  const { source, name: bare } = resolveField(name, known);
  if (source === 'results') return bare;
  throw noMetric(name);
}

function noMetric(name: string): Error {
  return inputError('plot.metric', `${name} is no metric`, {
    why: 'what is drawn upwards is a metric, what the experiments are told apart by goes sidewards',
    fix: `sheaf plot METRIC --x ${name}, or --group-by ${name}`,
  });
}
