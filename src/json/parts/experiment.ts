import type { Difference, Experiment, Outdated } from '../../app/index.ts';
import type { Cause } from '../../core/experiment/cause.ts';
import { stagesOf } from '../../core/experiment/frozen.ts';
import { listTags } from '../../core/experiment/record.ts';
import { getExperimentStatus, type Status } from '../../core/experiment/status.ts';
import type { Resources } from '../../core/settings/settings.ts';
import type { ValueMap } from '../../core/value.ts';
import { isoOrNull, type JsonMap } from './json.ts';

/** An experiment as it was frozen, and its status. Parameters are under the names that the user gave them. */
export type ExperimentJson = {
  readonly exp_id: string;
  readonly status: Status;
  readonly cause: Cause | null;
  readonly created_at: string | null;
  readonly user: string;
  readonly host: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly notes: readonly { readonly at: string | null; readonly user: string; readonly text: string }[];
  readonly archived: boolean;
  readonly sweep: string | null;
  readonly template: string;
  readonly params: ValueMap;
  readonly seeds: readonly string[];
  /** The keys are those of templates. */
  readonly resources: JsonMap;
  readonly stages: readonly {
    readonly name: string;
    readonly command: string;
    readonly after: string | null;
    readonly resources: JsonMap;
  }[];
};

export function experimentJson(experiment: Experiment): ExperimentJson {
  const { expId, createdMs, user, host, description, sweep, config, record } = experiment;
  const { status, cause } = getExperimentStatus(record);
  return {
    exp_id: expId,
    status,
    cause: cause ?? null,
    created_at: isoOrNull(createdMs),
    user,
    host,
    description,
    tags: listTags(record),
    notes: Object.values(record.notes).map(({ atMs, user: author, text }) => ({
      at: isoOrNull(atMs),
      user: author,
      text,
    })),
    archived: record.archived?.value === true,
    sweep: sweep ?? null,
    template: config.template,
    params: config.params,
    seeds: config.seeds,
    resources: resourcesJson(config.settings.resources),
    stages: stagesOf(config.settings).map(({ name, command, after, resources }) => ({
      name,
      command,
      after: after ?? null,
      resources: resourcesJson(resources),
    })),
  };
}

export function resourcesJson(resources: Resources): JsonMap {
  return { ...resources } as JsonMap;
}

/** A parameter or setting that is not the same; null: it is not given. */
export type DifferenceJson = { readonly name: string; readonly before: string | null; readonly after: string | null };

export function differenceJson({ name, before, after }: Difference): DifferenceJson {
  return { name, before: before ?? null, after: after ?? null };
}

/** What changed in the project since the attempts of an experiment. */
export type OutdatedJson = {
  readonly since_attempt: number;
  readonly files: readonly string[];
  readonly settings: readonly string[];
};

export function outdatedJson(outdated: Outdated | undefined): OutdatedJson | null {
  if (outdated === undefined) return null;
  const { attempt, files, settings } = outdated;
  return { since_attempt: attempt, files, settings };
}
