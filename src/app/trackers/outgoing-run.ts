import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { getAttemptOutcome } from '../../core/experiment/outcome.ts';
import { stagesOf } from '../../core/experiment/frozen.ts';
import { getMetricValue } from '../../core/fields/field-value.ts';
import { attemptName, getGitState, listTags } from '../../core/experiment/record.ts';
import { getExperimentStatus, type Status } from '../../core/experiment/status.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { Artifact, OutgoingRun, RunStatus } from '../../integrations/index.ts';
import { getFileFacts } from '../../system/index.ts';
import { paramsOf } from '../tables/cells.ts';
import { experimentFolder, type Project } from '../project/project.ts';
import { findMatchingFiles } from './matching-files.ts';
import { readAllSeries } from '../harvest/series.ts';

const STATUSES: Readonly<Record<Status, RunStatus | undefined>> = {
  created: undefined,
  queued: 'RUNNING',
  running: 'RUNNING',
  completed: 'FINISHED',
  failed: 'FAILED',
  cancelled: 'KILLED',
  stopped: 'KILLED',
};

/** Changes when the same record is sent otherwise, so that a newer sheaf brings what was sent up to date. */
const VERSION = 1;

/**
 * An experiment as a tracking server is to have it; undefined for one that has not run.
 *
 * @param globs of files to send along: in its folder, otherwise in those of the newest attempt of each stage
 */
export function makeOutgoingRun(
  project: Project,
  projectName: string,
  experiment: Experiment,
  globs: readonly string[],
): OutgoingRun | undefined {
  const { key, expId, user, createdMs, record } = experiment;
  const { status } = getExperimentStatus(record);
  const word = STATUSES[status];
  const outcomes = Object.values(record.attempts).map(getAttemptOutcome);
  const starts = outcomes.flatMap((outcome) => ('startedMs' in outcome ? [outcome.startedMs ?? []].flat() : []));
  if (word === undefined || (status === 'queued' && starts.length === 0)) return undefined;
  const ends = outcomes.flatMap((outcome) => ('endedMs' in outcome ? [outcome.endedMs] : []));
  const endMs = word === 'RUNNING' ? undefined : Math.max(...ends);
  const { harvest, atMs = createdMs } = record.harvest?.value ?? {};
  const values = Object.entries(harvest?.metrics ?? {}).map(
    ([name, metric]) => [name, getMetricValue(metric)] as const,
  );
  const folder = experimentFolder(project, expId);
  const series = getFileFacts(join(folder, 'series.parquet'), { follow: true });
  const run = {
    key,
    name: expId,
    user,
    status: word,
    startMs: Math.min(...starts, ...(starts.length === 0 ? [createdMs] : [])),
    ...(endMs === undefined ? {} : { endMs }),
    params: [...paramsOf(experiment).values()]
      .filter(({ value }) => value !== null)
      .map(({ name, text }) => [name, text] as const),
    tags: [
      ...recordTags(experiment, projectName),
      ...values.flatMap(([name, value]) =>
        typeof value === 'number' || value === null ? [] : [[`results.${name}`, String(value)] as const],
      ),
    ],
    results: values.flatMap(([name, value]) => (typeof value === 'number' ? [[name, value] as const] : [])),
    resultsMs: endMs ?? atMs,
    artifacts: artifactsOf(experiment, folder, globs),
  };
  return {
    ...run,
    fingerprint: fingerprintOf([VERSION, run, series && [series.size, String(series.mtimeNs)]]),
    series: () => readAllSeries(project, expId),
  };
}

/** NaN and infinities are told apart, as JSON would not. */
function fingerprintOf(value: unknown): string {
  const text = JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'number' && !Number.isFinite(part) ? `#${part}` : part,
  );
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** Those that may go away again are always there, if need be empty: MLflow would keep the old ones. */
function recordTags(experiment: Experiment, projectName: string): (readonly [string, string])[] {
  const { expId, user, description, sweep, config, record } = experiment;
  const { status, cause = '' } = getExperimentStatus(record);
  const { commit, branch } = getGitState(record) ?? {};
  const notes = [description, ...Object.values(record.notes).map(({ text }) => text)].filter((text) => text !== '');
  const optional = {
    'sheaf.sweep': sweep,
    'mlflow.source.git.commit': commit,
    'mlflow.source.git.branch': branch,
    'mlflow.note.content': notes.length === 0 ? undefined : notes.join('\n\n'),
  };
  return [
    ['sheaf.exp_id', expId],
    ['sheaf.project', projectName],
    ['sheaf.template', config.template],
    ['sheaf.status', status],
    ['sheaf.cause', cause],
    ['sheaf.tags', listTags(record).join(',')],
    ['mlflow.user', user],
    ['mlflow.source.type', 'JOB'],
    ['mlflow.source.name', `templates/${config.template}.yaml`],
    ...Object.entries(optional).flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const])),
  ];
}

function artifactsOf({ config, record }: Experiment, folder: string, globs: readonly string[]): Artifact[] {
  if (globs.length === 0 || getFileFacts(folder, { follow: true }) === undefined) return [];
  const attempts = Object.values(record.attempts);
  const newest = stagesOf(config.settings).flatMap(({ name }) => {
    const last = attempts.filter(({ stage }) => stage === name).toSorted((a, b) => b.n - a.n)[0];
    const path = last && join('attempts', attemptName(last));
    return path !== undefined && getFileFacts(join(folder, path))?.kind === 'folder' ? [path] : [];
  });
  const paths = globs.flatMap((glob) => {
    const own = findMatchingFiles(folder, '', glob);
    return own.length > 0 ? own : newest.flatMap((attempt) => findMatchingFiles(folder, attempt, glob));
  });
  return [...new Set(paths)].flatMap((path) => {
    const facts = getFileFacts(join(folder, path));
    return facts === undefined
      ? []
      : [{ file: join(folder, path), path, version: `${facts.size}-${String(facts.mtimeNs)}` }];
  });
}
