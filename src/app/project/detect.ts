import { type Environment, withoutUndefined } from '../../core/value.ts';
import { join } from 'node:path';
import { cpuCount, getFileFacts, isWritable, runCommand, userName } from '../../system/index.ts';

/** What this machine has, as far as it can be seen without asking anyone. */
export interface DetectedMachine {
  readonly user: string;
  readonly cpus: number;
  /** Names of the GPUs, as `nvidia-smi` gives them. */
  readonly gpus: readonly string[];
  readonly python?: string;
  readonly conda?: string;
  /** `apptainer`, `singularity`, `docker`, … on the PATH. */
  readonly containers: readonly string[];
  readonly git?: string;
  /** A scratch folder of this user, when there is one. */
  readonly scratch?: string;
  /** Slurm's `sbatch`, when it is on the PATH. */
  readonly sbatch?: string;
}

const CONTAINERS = ['apptainer', 'singularity', 'enroot', 'podman', 'docker'];
const TIMEOUT_MS = 5_000;

/** Looks at this machine; starts a few programs that only tell their version. */
export async function detectMachine(env: Environment): Promise<DetectedMachine> {
  const [gpus, python, git] = await Promise.all([
    firstLines(['nvidia-smi', '--query-gpu=name', '--format=csv,noheader'], env),
    firstLines(['python3', '--version'], env),
    firstLines(['git', '--version'], env),
  ]);
  const [pythonVersion, gitVersion] = [python[0], git[0]];
  const scratch = [env['SCRATCH'], `/scratch/${userName()}`].find(
    (path) =>
      path !== undefined && path !== '' && getFileFacts(path, { follow: true })?.kind === 'folder' && isWritable(path),
  );
  const sbatch = findOnPath('sbatch', env);
  return withoutUndefined({
    user: userName(),
    cpus: cpuCount(),
    gpus,
    ...(pythonVersion === undefined ? {} : { python: `${pythonVersion} (${findOnPath('python3', env) ?? 'python3'})` }),
    conda: env['CONDA_DEFAULT_ENV'],
    containers: CONTAINERS.filter((name) => findOnPath(name, env) !== undefined),
    ...(gitVersion === undefined ? {} : { git: gitVersion.replace('git version ', '') }),
    scratch,
    sbatch,
  });
}

async function firstLines(argv: readonly [string, ...string[]], env: Environment): Promise<string[]> {
  const { exitCode, stdout, stderr } = await runCommand(argv, { timeoutMs: TIMEOUT_MS, env });
  return exitCode === 0
    ? (stdout || stderr)
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '')
    : [];
}

/** The path of a program, found as a shell finds it. */
export function findOnPath(program: string, env: Environment): string | undefined {
  return (env['PATH'] ?? '')
    .split(':')
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, program))
    .find(isFile);
}

/** A folder of the PATH that is not readable is skipped, as in a shell. */
function isFile(path: string): boolean {
  try {
    return getFileFacts(path, { follow: true })?.kind === 'file';
  } catch {
    return false;
  }
}
