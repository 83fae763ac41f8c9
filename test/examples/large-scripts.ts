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

/** The warning that the Python of this machine lacks the packages of the example; those of the cluster count. */
const LACKING = /^warning: \S+ lacks Python packages: .*\n/m;

/** The files of an example that its project needs, by their paths. */
export function exampleFiles(name: string): Record<string, string> {
  const folder = join(import.meta.dirname, '../../examples', name);
  const paths = globSync(['*.{py,yaml,toml}', 'templates/*'], { cwd: folder });
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

/**
 * Tests that what `submit --dry-run` prints for an example's `templates/large.yaml` on Slurm is what
 * `golden/NAME-NODESxGPUS.txt` says (`vitest -u` writes it), and that bash and shellcheck accept the scripts.
 *
 * @param settings flags of `sheaf new` that the example needs as well
 */
export function testLargeScripts(name: string, settings: readonly string[] = []): void {
  describe(`the large ${name} example on Slurm`, () => {
    for (const { nodes, gpus, partition } of SIZES)
      test(`has complete scripts for ${nodes} × ${gpus} GPUs`, async (context) => {
        const files = exampleFiles(name);
        const forSlurm = files['sheaf.yaml']?.replace(/^scheduler: local$/m, 'scheduler: slurm') ?? '';
        const cluster = await playSite('bridges2', { ...files, 'sheaf.yaml': forSlurm });
        const size = ['--num-nodes', `${nodes}`, '--num-gpus', `${gpus}`, '--partition', partition];
        await cluster.data('new', 'large', 'big', ...size, ...settings);
        const { stdout, stderr } = await cluster.sheaf(['submit', 'big', '--dry-run']);
        expect(stderr.replace(LACKING, '')).toBe('');
        const steady = stdout
          .replaceAll(cluster.folder.path, '/home/ann/project')
          .replaceAll(/(?<=WANDB_RUN_ID=')\w+/g, 'k7f3a9')
          .replaceAll(/(?<=\/lib\/[a-z]+-)[0-9a-f]{8}/g, '00000000');
        await expect(steady).toMatchFileSnapshot(`golden/${name}-${nodes}x${gpus}.txt`);
        const { scripts } = await cluster.data<DryRun>('submit', 'big', '--dry-run');
        for (const text of scripts.flatMap(({ script, run }) => [script, run]))
          expect(spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
        const said = scripts.map(({ run }) => shellcheck(run));
        if (said.includes(undefined)) context.skip('shellcheck NOT RUN: this needs apt-get install shellcheck');
        expect(said.join('')).toBe('');
      });
  });
}

interface DryRun {
  readonly scripts: readonly { readonly script: string; readonly run: string }[];
}
