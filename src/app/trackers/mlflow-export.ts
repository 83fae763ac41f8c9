import { inputError, SheafError, type Problem } from '../../core/errors.ts';
import type { MlflowSettings } from '../../core/settings/integrations.ts';
import type { ExpId } from '../../core/ids.ts';
import { formatCount, formatList } from '../../core/text/phrases.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import {
  findExperimentId,
  runInParallel,
  findKnownRuns,
  connectMlflow,
  sendRun,
  type SentRun,
} from '../../integrations/index.ts';
import { withTrackerLock } from './tracker-lock.ts';
import { openWatch } from '../tables/missing.ts';
import { makeOutgoingRun } from './outgoing-run.ts';
import type { Project } from '../project/project.ts';
import type { RunOptions } from '../project/types.ts';
import { findUnreadable } from '../harvest/unread.ts';
import { openSelection, type ListSelector } from '../experiments/select.ts';
import { openTrackers } from './trackers.ts';

export interface MlflowRequest extends ListSelector {
  /** Instead of what `integrations.mlflow` and the environment say. */
  readonly trackingUri?: string;
  readonly mlflowExperiment?: string;
  readonly artifacts?: readonly string[];
}

/** One experiment, on the server. */
export interface MlflowLine extends Omit<SentRun, 'remarks'> {
  readonly expId: ExpId;
  /** Where a person looks at it. */
  readonly url: string;
}

export interface MlflowExported {
  readonly lines: readonly MlflowLine[];
  /** The servers, with MLflow's experiment. */
  readonly places: readonly { readonly uri: string; readonly experiment: string }[];
  /** Those that have not run: nothing of them is sent. */
  readonly notRun: readonly ExpId[];
  /** Of single experiments; the others are sent. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

/** Runs that are sent at a time. The server answers in parallel; more would only wait in its queue. */
const AT_ONCE = 6;

/**
 * Brings a tracking server of MLflow up to date with experiments: one run each, found again by the experiment's key. What
 * is there already is not sent again, and what was cut off goes on where it stopped.
 *
 * @throws SheafError `tracker.busy`; `mlflow.none` where no server is named; `mlflow.uri`, `mlflow.unreachable`, `mlflow.denied`,
 *   `mlflow.server`; as `openSelection`
 */
export function exportToMlflow(
  project: Project,
  request: MlflowRequest = {},
  options: RunOptions = {},
): Promise<MlflowExported> {
  return withTrackerLock(project, 'mlflow', () => sendAll(project, request, options));
}

async function sendAll(
  project: Project,
  request: MlflowRequest,
  { signal, progress }: RunOptions,
): Promise<MlflowExported> {
  const selection = openSelection(project, request);
  const watch = openWatch(await findUnreadable(project, request));
  const settings = await openSettings(project, request);
  const groups = Map.groupBy([...selection.rows()], (experiment) => JSON.stringify(settings(experiment).place));
  const { project: projectName } = await project.config();
  const lines: MlflowLine[] = [];
  const notRun: ExpId[] = [];
  const problems: Problem[] = [];
  const remarks = new Map<string, ExpId[]>();
  const places: { uri: string; experiment: string }[] = [];
  const total = selection.count();
  let [done, artifacts] = [0, 0];
  for (const [place, experiments] of groups) {
    const [uri = '', name = ''] = JSON.parse(place) as string[];
    const server = connectMlflow(uri, credentialsOf(project), signal);
    const id = await findExperimentId(server, name);
    places.push({ uri: server.uri, experiment: name });
    const known = await findKnownRuns(
      server,
      id,
      experiments.map(({ key }) => key),
    );
    await runInParallel(experiments, AT_ONCE, async (experiment) => {
      const { expId, key } = experiment;
      const run = makeOutgoingRun(project, projectName, experiment, settings(experiment).artifacts);
      if (run === undefined) {
        notRun.push(expId);
      } else {
        watch.see(experiment);
        artifacts += run.artifacts.length;
        try {
          const { remarks: said, ...sent } = await sendRun(server, id, run, known.get(key));
          lines.push({ expId, ...sent, url: `${server.uri}/#/experiments/${id}/runs/${sent.runId}` });
          for (const remark of said) remarks.set(remark, [...(remarks.get(remark) ?? []), expId]);
        } catch (error) {
          if (!(error instanceof SheafError) || FATAL.has(error.code)) throw toldHowFar(error, lines.length, total);
          problems.push(...error.problems.map((problem) => ({ ...problem, message: `${expId}: ${problem.message}` })));
        }
      }
      done += 1;
      progress?.(done, total, 'sent');
    });
  }
  return {
    lines: lines.toSorted((a, b) => (a.expId < b.expId ? -1 : 1)),
    places,
    notRun,
    problems,
    warnings: [
      ...selection.warnings,
      ...watch.warnings(),
      ...remarkWords(remarks),
      ...(artifacts === 0 && lines.length > 0 ? noFileFits(request.artifacts) : []),
    ],
  };
}

/** What would be the same for every other experiment. */
const FATAL = new Set(['mlflow.unreachable', 'mlflow.denied', 'mlflow.server']);

function toldHowFar(error: unknown, sent: number, total: number): unknown {
  if (!(error instanceof SheafError)) return error;
  const [first, ...rest] = error.problems;
  return new SheafError(
    [{ ...first, now: `${sent} of ${formatCount(total, 'experiment')} had arrived whole` }, ...rest],
    1,
  );
}

function noFileFits(globs: readonly string[] = []): string[] {
  return globs.length === 0 ? [] : [`no experiment has a file that fits ${globs.join(' or ')}`];
}

function remarkWords(remarks: ReadonlyMap<string, readonly ExpId[]>): string[] {
  return [...remarks].map(([remark, expIds]) => `${remark} (${formatList(expIds.toSorted())})`);
}

interface Settings {
  /** Address of the server and MLflow's experiment. */
  readonly place: readonly [uri: string, experiment: string];
  readonly artifacts: readonly string[];
}

async function openSettings(project: Project, request: MlflowRequest): Promise<(experiment: Experiment) => Settings> {
  const { project: projectName } = await project.config();
  const trackers = await openTrackers(project);
  return (experiment) => {
    const mlflow: Partial<MlflowSettings> = trackers(experiment).mlflow ?? {};
    const uri = request.trackingUri ?? mlflow.trackingUri ?? project.env['MLFLOW_TRACKING_URI'];
    if (uri === undefined || uri === '') throw noServer();
    return {
      place: [uri, request.mlflowExperiment ?? mlflow.experiment ?? projectName],
      artifacts: request.artifacts ?? mlflow.artifacts ?? [],
    };
  };
}

function noServer(): SheafError {
  return inputError('mlflow.none', 'no tracking server is named', {
    fix: 'integrations: {mlflow: {tracking_uri: http://host:5000}} in sheaf.yaml, or --tracking-uri, or MLFLOW_TRACKING_URI',
    now: 'nothing was sent',
  });
}

/** Of the environment alone, as MLflow's own client has them. */
function credentialsOf({ env }: Project) {
  return {
    token: env['MLFLOW_TRACKING_TOKEN'],
    username: env['MLFLOW_TRACKING_USERNAME'],
    password: env['MLFLOW_TRACKING_PASSWORD'],
  };
}
