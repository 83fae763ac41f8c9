import { join } from 'node:path';
import { attemptName } from '../../core/experiment/record.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { readTextIfThere } from '../../system/index.ts';
import { experimentFolder, type Project } from '../project/project.ts';

/** What a run was surrounded by, as its job wrote it down in `env/`. */
export interface EnvironmentRecord {
  /** `train-2`: whose record it is. */
  readonly attempt: string;
  /** Name of a fact → value: `cpu` → `AMD EPYC 7763`. */
  readonly machine: ReadonlyMap<string, string>;
  /** Package → version. */
  readonly packages: ReadonlyMap<string, string>;
  readonly variables: ReadonlyMap<string, string>;
}

/** The record of the newest attempt that has one; undefined when none has. */
export function readEnvironmentRecord(project: Project, { expId, record }: Experiment): EnvironmentRecord | undefined {
  const attempts = Object.values(record.attempts).toSorted(
    (a, b) => (b.submittedMs ?? 0) - (a.submittedMs ?? 0) || b.n - a.n,
  );
  for (const attempt of attempts) {
    const name = attemptName(attempt);
    const folder = join(experimentFolder(project, expId), 'attempts', name, 'env');
    const [machine, packages, variables] = FILES.map(({ file, separator }) =>
      pairs(readTextIfThere(join(folder, file)), separator),
    );
    if (machine === undefined) continue;
    return { attempt: name, machine, packages: packages ?? new Map(), variables: variables ?? new Map() };
  }
  return undefined;
}

const FILES = [
  { file: 'machine.txt', separator: ': ' },
  { file: 'packages.txt', separator: '==' },
  { file: 'variables.txt', separator: '=' },
] as const;

/** Lines of `name<separator>value`; others go on with the value before them. */
function pairs(text: string | undefined, separator: string): Map<string, string> | undefined {
  if (text === undefined) return undefined;
  const found = new Map<string, string>();
  for (const line of text.split('\n')) {
    const at = line.indexOf(separator);
    if (at > 0) found.set(line.slice(0, at), line.slice(at + separator.length));
  }
  return found;
}

/** A fact that is not the same in two records; undefined when one of them has none. */
export interface EnvironmentDifference {
  readonly kind: 'machine' | 'packages' | 'variables';
  readonly name: string;
  readonly before?: string;
  readonly after?: string;
}

/** What differs between the environments of two runs, except for what is different each time. */
export function compareEnvironments(before: EnvironmentRecord, after: EnvironmentRecord): EnvironmentDifference[] {
  return (['machine', 'packages', 'variables'] as const).flatMap((kind) =>
    [...new Set([...before[kind].keys(), ...after[kind].keys()])]
      .filter((name) => before[kind].get(name) !== after[kind].get(name) && !OF_THE_JOB.test(name))
      .toSorted()
      .map((name) => ({
        kind,
        name,
        ...valueOf('before', before[kind].get(name)),
        ...valueOf('after', after[kind].get(name)),
      })),
  );
}

/** Ids, places and sockets that no two jobs share. */
const OF_THE_JOB =
  /^(SLURM_(JOB|JOBID|TASK|STEP|ARRAY|SUBMIT|NODE|TOPOLOGY|GTIDS|LAUNCH|SRUN|RESTART)|SHEAF_|(WANDB_(RUN_ID|NAME|DIR)|MLFLOW_RUN_NAME|TENSORBOARD_LOGGING_DIR)$|MASTER_|CUDA_VISIBLE|recorded)/;

function valueOf<K extends 'before' | 'after'>(key: K, value: string | undefined): { [P in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: string });
}
