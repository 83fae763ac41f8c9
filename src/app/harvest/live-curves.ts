import { throwProblems } from '../../core/errors.ts';
import type { CurveAxis } from '../../core/curves/axis.ts';
import type { AbsentCurve, Curves } from '../../core/curves/curves.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { JoinedSeries } from '../../core/experiment/join-series.ts';
import type { HarvestRules } from '../../core/settings/harvest-rule.ts';
import { fingerprintOf, harvest, type Harvested, type ReadCache } from '../../harvest/index.ts';
import { findExperiment } from '../project/find.ts';
import type { Project } from '../project/project.ts';
import type { RunOptions } from '../project/types.ts';
import { answerCurves, type CurveDetail, type NamedSource } from '../series/answer-curves.ts';
import { makePointSource } from '../series/curve-source.ts';
import { explainPlaceless, findZerosOf, placeSeries } from '../series/curves.ts';
import { harvestRequest } from './harvest-files.ts';
import { openRuleBook } from './harvest-rules.ts';

/** Which curves of an experiment, of which part, and how finely. */
export interface LiveCurvesRequest extends CurveDetail {
  /** Default: all that have a series. */
  readonly metrics?: readonly string[];
  /** Default: step. */
  readonly x?: CurveAxis;
}

/** The curves of an experiment as its files are now. */
export interface LiveAnswer extends Curves {
  /** All metrics that have a series. */
  readonly metrics: readonly string[];
  /** What must be known to understand how attempts were joined. */
  readonly notes: readonly string[];
}

/** The files of an experiment, looked at again and again. */
export interface LiveCurves {
  /**
   * Reads all at the first call. Later ones read of logs what is new, of other files those that changed, and nothing if
   * nothing changed.
   *
   * @throws SheafError `experiment.unknown`, `harvest.pattern.*`, `curves.*`; the reason of the signal
   */
  readonly read: (request?: LiveCurvesRequest, options?: Pick<RunOptions, 'signal'>) => Promise<LiveAnswer>;
}

/**
 * The curves of an experiment by the harvest rules of its template and by what is in its folders now. Records nothing, writes
 * nothing and runs no program: metrics of `exec` rules are not there.
 *
 * @throws SheafError `experiment.unknown`; what is wrong in `sheaf.yaml` and in the template
 */
export async function openLiveCurves(project: Project, expId: string): Promise<LiveCurves> {
  const { config } = findExperiment(project, expId);
  const book = await openRuleBook(project);
  const rules = withoutPrograms(book.askedOf(config.template)?.rules ?? {});
  throwProblems(book.problems());
  const cache = makeMemory();
  let last: Harvested | undefined;
  return {
    read: async (request = {}, { signal } = {}) => {
      const experiment = findExperiment(project, expId);
      const asked = harvestRequest(project, experiment, { rules });
      if (last === undefined || last.harvest.fingerprint !== fingerprintOf(asked))
        last = await harvest(asked, { cache, ...(signal && { signal }) });
      const { harvest: found, series } = last;
      return { ...(await draw(experiment, series, request)), metrics: [...series.keys()], notes: found.notes ?? [] };
    },
  };
}

function withoutPrograms(rules: HarvestRules): HarvestRules {
  return Object.fromEntries(Object.entries(rules).filter(([, { source }]) => source !== 'exec'));
}

/** It lasts as long as somebody looks. */
function makeMemory(): ReadCache {
  const kept = new Map<string, unknown>();
  return {
    recall: (key) => kept.get(key),
    // What is kept is changed later by those who read on.
    keep: (key, state) => void kept.set(key, structuredClone(state)),
  };
}

async function draw(
  { key, expId, record }: Experiment,
  series: ReadonlyMap<string, JoinedSeries>,
  { metrics = [...series.keys()], x = 'step', ...detail }: LiveCurvesRequest,
): Promise<Curves> {
  const zeros = findZerosOf(record, x);
  const sources: NamedSource[] = [];
  const absent: AbsentCurve[] = [];
  for (const metric of new Set(metrics)) {
    const joined = series.get(metric);
    const placed = joined === undefined ? [] : placeSeries(joined, x, zeros, series);
    sources.push(...placed.map(({ head, points }) => ({ key, expId, metric, source: makePointSource(head, points) })));
    if (joined === undefined) absent.push({ key, expId, metric, why: series.size === 0 ? 'no_series' : 'no_metric' });
    else if (placed.length === 0) absent.push({ key, expId, metric, why: explainPlaceless(x) });
  }
  return { x, curves: await answerCurves(sources, detail), absent };
}
