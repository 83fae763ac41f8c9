import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { testFolder, type Ran, type TestFolder } from '../support/run-sheaf.ts';

/** Answers as TACC Vista gives them (Slurm 23.11): whole nodes, no GRES, and what a job must say is checked by a filter. */
const CONFIG = `Configuration data as of 2026-09-01T10:00:00
AccountingStorageEnforce = none
AccountingStorageType   = (null)
ClusterName             = vista
MaxArraySize            = 1001
SelectTypeParameters    = CR_CORE_MEMORY
SLURM_VERSION           = 23.11.1
`;
const PARTITION =
  'PartitionName=gh AllowGroups=ALL AllowAccounts=ALL AllowQos=ALL Default=NO QoS=N/A DefaultTime=NONE MaxNodes=64 MaxTime=2-00:00:00 MinNodes=0 Nodes=c621-061 PriorityTier=1 RootOnly=NO ReqResv=NO OverSubscribe=EXCLUSIVE PreemptMode=OFF State=UP TotalCPUs=72 TotalNodes=1';
const NODE = ['c621-061', 'gh', '(null)', '(null)', 'idle', '0/72/0/72', '214000', '0', '(null)', 'none'];

interface Site {
  readonly folder: TestFolder;
  readonly sheaf: (...words: readonly string[]) => Promise<Ran>;
  /** The directives of the job that was taken last; undefined: none was. */
  taken(): string | undefined;
  submit(): Promise<{ readonly exitCode: number | null; readonly text: string }>;
}

/**
 * A project on such a site, with one experiment `a` that wants a GPU.
 *
 * @param filter bash that judges `$script`, prints and exits with 1 for what it refuses
 */
async function siteThat(filter: string, template = ''): Promise<Site> {
  const folder = testFolder({
    'sheaf.yaml':
      'scheduler: slurm\ncluster: {partitions: {gh: {gpu_type: GH200, gpus_per_node: 1, memory_gb: 96, arch: hopper}}}\n',
    'templates/t.yaml': `command: "true"\npartition: gh\nnum_gpus: 1\ntime_limit: "01:00:00"\n${template}`,
  });
  const outer = dirname(folder.path);
  const taken = join(outer, 'taken.sbatch');
  const bin = join(outer, 'slurm');
  mkdirSync(bin);
  writeFileSync(join(outer, 'slurm.conf'), 'ClusterName=vista\n');
  const program = (name: string, text: string): void => {
    writeFileSync(join(bin, name), `#!/bin/bash\n${text}\n`, { mode: 0o755 });
  };
  const partition = `case $line in *config*) cat <<'X'\n${CONFIG}X\n;; *partition*) echo '${PARTITION}';; *reservation*) echo 'No reservations in the system';; esac`;
  program(
    'scontrol',
    `case "$*" in *show*) line="$*"; ${partition};; *) while read -r line; do ${partition}; done;; esac`,
  );
  program('sinfo', `printf '${NODE.map((field) => `${field}\\x1f`).join('')}\\n'`);
  program('squeue', 'exit 0');
  program('sacctmgr', 'exit 1');
  program('sacct', 'echo "Slurm accounting storage is disabled" >&2; exit 1');
  program('scancel', 'exit 0');
  program(
    'sbatch',
    `script=$(cat); words="$*"
echo "-----------------------------------------------------------------"
echo "            Welcome to the Vista Supercomputer"
echo "-----------------------------------------------------------------"
echo
${filter}
echo "--> Verifying valid jobname...OK"
case $words in
*--test-only*) echo 'sbatch: Job 7 to start at 2026-09-01T12:00:00 using 72 processors on nodes c621-061 in partition gh' >&2 ;;
*) printf '%s\\n' "$script" > '${taken}'; echo 77 ;;
esac`,
  );
  const env = { SLURM_CONF: join(outer, 'slurm.conf'), PATH: `${bin}:${folder.env['PATH'] ?? ''}` };
  const sheaf: Site['sheaf'] = (...words) => folder.sheaf(words, { env });
  expect((await sheaf('new', '--template', 't', '--exp-id', 'a', '--description', 'd')).stderr).toBe('');
  return {
    folder,
    sheaf,
    taken: () =>
      existsSync(taken)
        ? readFileSync(taken, 'utf8')
            .match(/^#SBATCH.*$/gm)
            ?.join('\n')
        : undefined,
    submit: async () => {
      const { exitCode, stdout, stderr } = await sheaf('submit', 'a');
      return { exitCode, text: `${stdout}${stderr}` };
    },
  };
}

test('a job with a GPU goes to nodes whose GPUs Slurm does not list, and asks for none', async () => {
  const site = await siteThat('');
  const { exitCode, text } = await site.submit();
  expect(text).toContain('Slurm lists no GPUs there');
  expect(exitCode).toBe(0);
  expect(site.taken()).toContain('#SBATCH --partition=gh');
  expect(site.taken()).not.toMatch(/gres|gpus/);
  expect(readFileSync(join(site.folder.path, 'experiments/a/experiment.yaml'), 'utf8')).toContain('num_gpus: 1');
});

test('the words of a refusal on stdout are shown whole, without the banner before them', async () => {
  const site = await siteThat(
    'echo "--> Submission error: please define total node count with the \\"-N\\" option"; echo "    See the user guide."; exit 1',
  );
  const { exitCode, text } = await site.submit();
  expect(exitCode).toBe(1);
  expect(text).toContain('--> Submission error: please define total node count with the "-N" option');
  expect(text).toContain('See the user guide.');
  expect(text).not.toContain('Welcome');
  expect(site.taken()).toBeUndefined();
});

test('that a site refuses jobs that state memory is found by trying, and the next submit leaves it out', async () => {
  const site = await siteThat(
    'case $script in *--mem*) echo "--> Submission error: --mem may not be used here"; exit 1;; esac',
  );
  const first = await site.submit();
  expect(first.exitCode).toBe(1);
  expect(first.text).toContain('--mem may not be used here');
  expect(first.text).toContain('the site refuses jobs that state memory, which is remembered: submit again');
  const second = await site.submit();
  expect(second.exitCode).toBe(0);
  expect(site.taken()).not.toContain('--mem');
});

test('an experiment that is deferred gets its folder when it is submitted', async () => {
  const { folder, sheaf } = await siteThat(
    '[[ -e well ]] || { echo "sbatch: error: Slurm job queue full" >&2; exit 1; }',
  );
  const hasFolder = (): boolean => existsSync(join(folder.path, 'experiments/b'));
  await sheaf('new', '--template', 't', '--exp-id', 'b');
  expect((await sheaf('submit', 'a')).stdout).toContain('the queue is full');
  expect((await sheaf('submit', 'b', '--after', 'a')).stdout).toContain('a job that it waits for is deferred');
  expect((await sheaf('doctor')).stdout).toContain('folders: one for each of 1 submitted experiments');
  expect(hasFolder()).toBe(false);
  writeFileSync(join(folder.path, 'well'), '');
  await sheaf('submit', 'a', 'b');
  expect(hasFolder()).toBe(true);
});

test('mem: none states no memory', async () => {
  const site = await siteThat('', 'mem: none\n');
  expect((await site.submit()).exitCode).toBe(0);
  expect(site.taken()).not.toContain('--mem');
});
