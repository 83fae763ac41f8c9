import { inputError } from '../../core/errors.ts';
import { resolveField } from '../../core/fields/fields.ts';
import { computeImportance, type Importance } from '../../core/importance/importance.ts';
import type { Mode } from '../../core/settings/harvest-rule.ts';
import { getKnownNames, openComparable, type ListSelector } from '../experiments/select.ts';
import type { Project } from '../project/project.ts';
import { rankMetrics } from './inspect-sweep.ts';
import { listMetrics, listVariedParameters, readMetric, type RunMetric } from './run-columns.ts';

/** Of which runs, and for which metric. */
export interface ImportanceRequest extends Omit<ListSelector, 'sort' | 'limit'> {
  /** As in queries. Default: as `rankMetrics` has it. */
  readonly metric?: string;
  /** Which values are better. Default: as the rules of the runs say, or else the name of the metric. */
  readonly mode?: Mode;
}

/** The importance of the parameters that differ between runs. */
export interface RunImportance extends Importance {
  readonly metric: string;
  readonly mode: Mode;
  /** How many of the chosen runs have no finite value of the metric, and do not count. */
  readonly without: number;
  readonly warnings: readonly string[];
}

/** More runs take too long. */
const MOST_RUNS = 20_000;

/**
 * How much each parameter decides which of the chosen runs are among the best. Never asks the scheduler.
 *
 * @throws SheafError as `openSelection`; `importance.metric`, `importance.mode`, `importance.many`
 */
export function readImportance(project: Project, request: ImportanceRequest): RunImportance {
  const { metric: asked, mode: given, ...selector } = request;
  const selection = openComparable(project, selector);
  const count = selection.count();
  if (count > MOST_RUNS) {
    throw inputError('importance.many', `importance cannot be computed from ${count} runs`, {
      why: `it takes at most ${MOST_RUNS}`,
      fix: 'choose fewer runs',
    });
  }
  const runs = [...selection.rows()];
  const known = getKnownNames(project.store);
  const metrics = listMetrics(runs, known);
  const metric =
    asked === undefined ? chooseMetric(metrics) : findMetric(metrics, resolveField(asked, known).name, asked);
  const mode = given ?? metric.mode;
  if (mode === undefined) throw noMode(metric.label);
  const values = readMetric(runs, metric.name);
  const counted = runs.filter((_, i) => values[i] !== null);
  const parameters = listVariedParameters(counted, known).map(({ label, values: cells, texts }) => ({
    name: label,
    values: cells.map((cell, i) => (cell === null ? undefined : typeof cell === 'number' ? cell : texts[i])),
  }));
  const importance = computeImportance(
    parameters,
    values.filter((value) => value !== null),
    mode,
  );
  const without = runs.length - counted.length;
  return { ...importance, metric: metric.label, mode, without, warnings: selection.warnings };
}

function chooseMetric(metrics: readonly RunMetric[]): RunMetric {
  const [first] = rankMetrics(metrics);
  if (first !== undefined && first.n > 0) return first;
  throw inputError('importance.metric', 'none of these runs has a metric', {
    fix: 'read results first: sheaf harvest',
  });
}

function findMetric(metrics: readonly RunMetric[], name: string, asked: string): RunMetric {
  const found = metrics.find((metric) => metric.name === name);
  if (found !== undefined) return found;
  throw inputError('importance.metric', `none of these runs has a metric ${asked}`, {
    fix:
      metrics.length === 0
        ? 'read results first: sheaf harvest'
        : `choose one of ${metrics.map(({ label }) => label).join(', ')}`,
  });
}

function noMode(label: string): Error {
  return inputError('importance.mode', `no rule says which values of ${label} are better`, {
    fix: `pass --max or --min, or add "mode: max" or "mode: min" to the rule of ${label} in the template, then: sheaf harvest`,
  });
}
