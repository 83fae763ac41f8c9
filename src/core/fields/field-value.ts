import type { Token } from '../ids.ts';
import { formatStart } from '../experiment/checkpoint-file.ts';
import type { Metric } from '../experiment/metric.ts';
import { getArrayIndex, getGitState, listTags } from '../experiment/record.ts';
import { getStoppedStep } from '../experiment/stopped-step.ts';
import { recordField } from './record-fields.ts';
import { getExperimentStatus, type StageStatus } from '../experiment/status.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { flatten, type Value } from '../value.ts';

/** Reads the fields of one experiment by name; undefined when it has none of that name. */
export type FieldReader = (field: string) => Value | undefined;

/**
 * The fields of an experiment, as queries, sorting and columns mean them: those of the record, parameters
 * and results by name, `params.x` and `results.x`. Times are milliseconds since 1970. NaN and infinite
 * metrics are these numbers. A bare name that is both a parameter and a result is the parameter.
 *
 * @param jobOf the scheduler's id of the job of a submission
 */
export function makeValueReader(experiment: Experiment, jobOf: (token: Token) => string | undefined): FieldReader {
  const record = once(() => recordValues(experiment));
  const params = once(() => new Map(flatten(experiment.config.params)));
  return (field) => {
    if (field === 'job') {
      const { token, index } = record();
      const job = token === undefined ? undefined : jobOf(token);
      return job === undefined || index === undefined ? job : `${job}_${index}`;
    }
    if (recordField(field) !== undefined) return record().values[field];
    const { kind, name } = parseValueField(field);
    const param = kind === 'results' ? undefined : params().get(name);
    return param === undefined && kind !== 'params' ? resultValue(experiment, name) : param;
  };
}

/** What a name that is no field of the record asks for: a parameter, a result, or (bare) either. */
export function parseValueField(field: string): { readonly kind?: 'params' | 'results'; readonly name: string } {
  for (const kind of ['params', 'results'] as const) {
    if (field.startsWith(`${kind}.`)) return { kind, name: field.slice(kind.length + 1) };
  }
  return { name: field };
}

const NONFINITE = { nan: Number.NaN, inf: Infinity, '-inf': -Infinity } as const;

/** The number that a metric is, where it is one that JSON cannot hold. */
export function getMetricValue({ value, nonfinite }: Pick<Metric, 'value' | 'nonfinite'>): Metric['value'] {
  return nonfinite === undefined ? value : NONFINITE[nonfinite];
}

function resultValue({ record }: Experiment, name: string): Value | undefined {
  const metrics = record.harvest?.value.harvest.metrics ?? {};
  const metric = Object.hasOwn(metrics, name) ? metrics[name] : undefined;
  return metric === undefined ? undefined : getMetricValue(metric);
}

interface RecordValues {
  readonly values: { readonly [field: string]: Value | undefined };
  /** Of the submission that decides the status. */
  readonly token: Token | undefined;
  /** Its task in the array of that submission. */
  readonly index: number | undefined;
}

function recordValues({ expId, createdMs, user, host, description, sweep, config, record }: Experiment): RecordValues {
  const { status, cause, stage } = getExperimentStatus(record);
  const { partition, num_nodes, num_gpus } = config.settings.resources;
  const tags = listTags(record);
  const start = record.created?.value.start;
  const values = {
    exp_id: expId,
    status,
    cause,
    stage: stage?.stage,
    template: config.template,
    sweep,
    // Without any tag the field is missing, so that "tags is missing" finds what nobody has tagged.
    tags: tags.length === 0 ? undefined : tags,
    description,
    user,
    host,
    created: createdMs,
    ...times(stage),
    stopped_at: getStoppedStep(stage?.outcome),
    commit: getGitState(record)?.commit,
    branch: getGitState(record)?.branch,
    start_from: start && formatStart(start),
    archived: record.archived?.value === true,
    partition: partition === undefined ? undefined : [partition].flat().join(','),
    num_nodes,
    num_gpus,
  };
  const index = stage && getArrayIndex(record, stage.attempt);
  return { values, token: stage?.attempt.token?.value, index };
}

function times(stage: StageStatus | undefined): { submitted?: number; started?: number; ended?: number } {
  if (stage === undefined) return {};
  const { attempt, outcome } = stage;
  return {
    ...(attempt.submittedMs === undefined ? {} : { submitted: attempt.submittedMs }),
    ...('startedMs' in outcome ? { started: outcome.startedMs } : {}),
    ...('endedMs' in outcome ? { ended: outcome.endedMs } : {}),
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
