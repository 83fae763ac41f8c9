/** A simulated cluster: fakes of Slurm's programs, on the PATH of their own folder. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { testFolder, type Ran, type RunSettings, type TestFolder } from '../run-sheaf.ts';
import type { Site } from './site.ts';
import type { Recording } from './play-recording.ts';

const PROGRAMS = ['sinfo', 'squeue', 'sacct', 'sacctmgr', 'scontrol', 'sbatch', 'scancel', 'srun', 'id'];

export interface PlayedCluster {
  readonly folder: TestFolder;
  /** The PATH that has the fakes. */
  readonly path: string;
  /** The variables of programs that are to find the fakes. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs `sheaf` in the project of the played cluster, whatever its status. */
  sheaf(words: readonly string[], settings?: RunSettings): Promise<Ran>;
  /** Runs it with `--json`; it must succeed. @returns its data */
  data<T>(...words: readonly string[]): Promise<T>;
  /** What the programs were called with so far, one text each. */
  calls(): string[];
  /** The script that was submitted last. */
  script(): string;
  /** Makes a program fail from now on with these words. */
  breakProgram(program: string, words: string): void;
}

/** Plays one of the sites in `sites/`. */
export async function playSite(name: string, files: Readonly<Record<string, string>> = {}): Promise<PlayedCluster> {
  const { SITE } = (await import(`./sites/${name}.ts`)) as { SITE: Site };
  return play({ site: name }, SITE.cluster, SITE.atMs, files);
}

/** Plays a file that `sheaf doctor --record` wrote. */
export function playRecording(file: string, files: Readonly<Record<string, string>> = {}): PlayedCluster {
  const recording = JSON.parse(readFileSync(file, 'utf8')) as Recording;
  const config = recording.questions.find(({ stdout }) => stdout.some((line) => line.startsWith('ClusterName')));
  const [, cluster = 'unknown'] = /^ClusterName\s*= (\S+)/m.exec(config?.stdout.join('\n') ?? '') ?? [];
  return play({ recording: file }, cluster, Date.parse(recording.recorded_at), files);
}

function play(
  source: { readonly site: string } | { readonly recording: string },
  cluster: string,
  atMs: number,
  files: Readonly<Record<string, string>>,
): PlayedCluster {
  const folder = testFolder(files);
  const outer = dirname(folder.path);
  const played = join(outer, 'played');
  mkdirSync(join(played, 'bin'), { recursive: true });
  const offsetMs = atMs - Date.now();
  writeFileSync(join(played, 'play.json'), JSON.stringify({ ...source, offsetMs }));
  const conf = join(played, 'slurm.conf');
  writeFileSync(conf, `ClusterName=${cluster}\n`);
  for (const program of PROGRAMS) {
    const path = join(played, 'bin', program);
    writeFileSync(path, fakeProgram(program, played));
    chmodSync(path, 0o755);
  }
  const env = {
    PATH: `${join(played, 'bin')}:${folder.env['PATH'] ?? ''}`,
    SLURM_CONF: conf,
    SHEAF_POLL_SECONDS: '0',
    SHEAF_TEST_NO_SLURM: '',
    SHEAF_TEST_CLOCK_OFFSET_MS: String(offsetMs),
    TZ: 'UTC',
  };
  const sheaf: PlayedCluster['sheaf'] = (words, settings = {}) =>
    folder.sheaf(words, { ...settings, env: { ...env, ...settings.env } });
  return {
    folder,
    path: env.PATH,
    env,
    sheaf,
    data: async <T>(...words: readonly string[]) => {
      const { stdout, stderr, exitCode } = await sheaf([...words, '--json']);
      if (exitCode !== 0) throw new Error(`sheaf ${words.join(' ')}: exit code ${exitCode}\n${stderr}${stdout}`);
      return (JSON.parse(stdout) as { data: T }).data;
    },
    calls: () => linesOf(join(played, 'calls.jsonl')).map((line) => (JSON.parse(line) as string[]).join(' ')),
    script: () => readFileSync(join(played, 'last.sbatch'), 'utf8'),
    breakProgram: (program, words) => writeFileSync(join(played, `${program}.broken`), words),
  };
}

/** Node keeps what it compiled: a program of Slurm is asked a dozen times by one command. */
const CACHE = join(import.meta.dirname, '../../../node_modules/.cache/slurm-player');

function fakeProgram(program: string, played: string): string {
  const script = join(import.meta.dirname, 'play.ts');
  return `#!/bin/sh
# A fake: it plays a recorded cluster.
NODE_COMPILE_CACHE='${CACHE}' exec '${process.execPath}' '${script}' '${played}' ${program} "$@"
`;
}

function linesOf(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}
