/** The large ones of the examples, as Slurm gets them. */
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { shellcheck } from '../scripts/support.ts';
import { playSite } from '../support/slurm-player/player.ts';

/** What users ask for. On the site that answers, jobs of one node may share it, and those of several get whole nodes. */
const SIZES = [
  { nodes: 1, gpus: 1, partition: 'GPU-shared' },
  { nodes: 1, gpus: 4, partition: 'GPU-shared' },
  { nodes: 2, gpus: 8, partition: 'GPU' },
] as const;

type Size = (typeof SIZES)[number];

/** How an example uses the GPUs of a size. */
interface LargeRun {
  /** The arguments of `sheaf` that make experiments. */
  readonly make: (size: Size) => readonly string[];
  /** The arguments of `sheaf submit` that choose them. */
  readonly choose: readonly string[];
}

/** One experiment has all of them. */
const ONE: LargeRun = {
  make: ({ nodes, gpus, partition }) =>
    ['new', 'large', 'big', '--num-nodes', nodes, '--num-gpus', gpus, '--partition', partition].map(String),
  choose: ['big'],
};

/** The warning that the Python of this machine lacks the packages of the example; those of the cluster count. */
const LACKING = /^warning: \S+ lacks Python packages: .*\n/m;

/** The files of an example that its project needs, by their paths. */
export function exampleFiles(name: string): Record<string, string> {
  const folder = join(import.meta.dirname, '../../examples', name);
  const paths = globSync(['*.{py,yaml,toml}', 'templates/*'], { cwd: folder });
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

/** Scripts without what differs from one test run, or one version of sheaf's own programs, to the next. */
export function makeSteady(scripts: string, folder: string): string {
  return scripts
    .replaceAll(folder, '/home/ann/project')
    .replaceAll(/(?<=WANDB_RUN_ID=')\w+/g, 'k7f3a9')
    .replaceAll(/(?<=\/lib\/[a-z]+-)[0-9a-f]{8}/g, '00000000');
}

/**
 * Tests that what `submit --dry-run` prints for an example's `templates/large.yaml` on Slurm is what
 * `golden/NAME-NODESxGPUS.txt` says (`vitest -u` writes it), and that bash and shellcheck accept the scripts.
 */
export function testLargeScripts(name: string, { make, choose }: LargeRun = ONE): void {
  describe(`the large ${name} example on Slurm`, () => {
    for (const size of SIZES) {
      const { nodes, gpus } = size;
      test(`has complete scripts for ${nodes} × ${gpus} GPUs`, async (context) => {
        const files = exampleFiles(name);
        const forSlurm = files['sheaf.yaml']?.replace(/^scheduler: local$/m, 'scheduler: slurm') ?? '';
        const cluster = await playSite('bridges2', { ...files, 'sheaf.yaml': forSlurm });
        await cluster.data(...make(size));
        const { stdout, stderr } = await cluster.sheaf(['submit', ...choose, '--dry-run']);
        expect(stderr.replace(LACKING, '')).toBe('');
        await expect(makeSteady(stdout, cluster.folder.path)).toMatchFileSnapshot(
          `golden/${name}-${nodes}x${gpus}.txt`,
        );
        const { scripts } = await cluster.data<DryRun>('submit', ...choose, '--dry-run');
        for (const text of scripts.flatMap(({ script, run }) => [script, run]))
          expect(spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
        const said = scripts.map(({ run }) => shellcheck(run));
        if (said.includes(undefined)) context.skip('shellcheck NOT RUN: this needs apt-get install shellcheck');
        expect(said.join('')).toBe('');
      });
    }
  });
}

interface DryRun {
  readonly scripts: readonly { readonly script: string; readonly run: string }[];
}
