import type { StartPoint } from '../../core/experiment/checkpoint-file.ts';
import type { Frozen } from '../../core/experiment/frozen.ts';
import type { Settings } from '../../core/settings/settings.ts';
import { isMap, toPointer, type Value, type ValueMap } from '../../core/value.ts';
import type { NumberSources } from '../../core/number-source.ts';
import { isoTime } from '../../system/index.ts';
import { writeBlock } from './yaml-write.ts';

/** What is written of an experiment in addition to its configuration. */
export interface ExperimentHeader {
  readonly expId: string;
  readonly key: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly notes: readonly string[];
  /** Milliseconds since 1970. */
  readonly createdMs: number;
  readonly user: string;
  /** The checkpoint that `start_from` means. */
  readonly start?: StartPoint;
}

/** The frozen configuration as a file for people. Reading it back gives the same values and written numbers. */
export function writeExperimentYaml(frozen: Frozen, header: ExperimentHeader): string {
  const { params, settings } = frozen;
  const values = withoutEmpty({
    exp_id: header.expId,
    description: header.description,
    tags: header.tags,
    notes: header.notes,
    created: isoTime(header.createdMs),
    user: header.user,
    key: header.key,
    template: frozen.template,
    starts_from: startOf(header),
    params,
    ...asWritten(settings),
  });
  return `${COMMENT}${writeBlock(values, below('params', frozen.written))}`;
}

function startOf({ start }: ExperimentHeader): Value {
  if (start === undefined) return null;
  const { exp, step = null, path, metric } = start;
  return withoutEmpty({ exp_id: exp, step, path, metric: metric === undefined ? null : { ...metric } });
}

/** In the order in which a template has them. */
function asWritten({ resources, command, stages, ...run }: Settings): ValueMap {
  return {
    resources: { ...resources } as ValueMap,
    command: command ?? null,
    stages: (stages ?? null) as Value,
    ...(run as unknown as ValueMap),
  };
}

const COMMENT = `\
# What this experiment runs. Parameters never change; the rest only with sheaf retry --fresh.
# This is a copy for people: the record is in .sheaf/journal.
`;

function withoutEmpty(map: ValueMap): ValueMap {
  return Object.fromEntries(Object.entries(map).filter(([, value]) => value !== null && !isEmpty(value)));
}

function isEmpty(value: Value): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return isMap(value) ? Object.keys(value).length === 0 : value === '';
}

function below(key: string, written: NumberSources): NumberSources {
  return Object.fromEntries(Object.entries(written).map(([path, text]) => [toPointer(key) + path, text]));
}
