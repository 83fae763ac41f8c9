/**
 * `npm run slurm:up`, `slurm:down`, `slurm:shell`: a real Slurm cluster on this computer, for tests and demonstrations.
 *
 * Needs root and Debian's packages, which it installs. All that it makes lies in one folder, except for the users
 * sheaf1 and sheaf2, which stay.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openCluster, startCluster, stopCluster, defaultDir, type Cluster } from './slurm/index.ts';

const usage = `Usage: npm run slurm:up [-- OPTIONS]     a cluster in DIR; prints the line to paste
       npm run slurm:shell [-- OPTIONS]  a shell that talks to it
       npm run slurm:down [-- --dir DIR] ends its jobs and daemons, and removes DIR

  --dir DIR            a short path (${defaultDir})
  --name NAME          of the cluster (made from DIR)
  --max-array-size N   one more than the largest index of an array (1001)
  --min-job-age S      seconds that an ended job stays in squeue (300)
  --accounting on|off  off: no database, sacct says so (on)`;

const { values, positionals } = parsed();
try {
  await main(positionals);
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}

function parsed() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        dir: { type: 'string', default: defaultDir },
        name: { type: 'string' },
        'max-array-size': { type: 'string' },
        'min-job-age': { type: 'string' },
        accounting: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}

async function main([command, ...rest]: readonly string[]): Promise<void> {
  if (values.help || rest.length > 0) return say(usage);
  if (command === 'up') return await up();
  if (command === 'down') return await down();
  if (command === 'shell') return await shell();
  fail(usage);
}

async function up(): Promise<void> {
  const { conf } = await broughtUp();
  process.stdout.write(`export SLURM_CONF=${quoted(conf)}\n`);
}

async function down(): Promise<void> {
  say(
    (await stopCluster(values.dir)) ? `The cluster in ${values.dir} is gone` : `There is no cluster in ${values.dir}`,
  );
}

async function shell(): Promise<void> {
  const { name, dir, env } = openCluster(values.dir) ?? (await broughtUp());
  say('Leave it with exit; the cluster stays up until npm run slurm:down');
  const file = join(dir, 'shellrc');
  writeFileSync(file, `[ -r ~/.bashrc ] && . ~/.bashrc\nPS1='[${name}] \\w\\$ '\n`);
  const { status } = spawnSync('bash', ['--rcfile', file, '-i'], { env, stdio: 'inherit' });
  process.exitCode = status ?? 1;
}

async function broughtUp(): Promise<Cluster> {
  const began = performance.now();
  const { 'max-array-size': maxArraySize, 'min-job-age': minJobAge } = values;
  const wanted = {
    ...(maxArraySize === undefined ? {} : { maxArraySize: number('max-array-size', maxArraySize) }),
    ...(minJobAge === undefined ? {} : { minJobAge: number('min-job-age', minJobAge) }),
    ...(values.accounting === undefined ? {} : { accounting: isOn(values.accounting) }),
    ...(values.name === undefined ? {} : { name: values.name }),
  };
  const cluster = await startCluster({ ...wanted, dir: values.dir, say });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const { name, dir, memoryLimit, found } = cluster;
  say(found ? `${name} is up already, in ${dir}` : `${name} is up in ${dir} after ${seconds} s`);
  if (Object.entries(wanted).some(([key, value]) => cluster[key as keyof typeof wanted] !== value))
    say('Its settings differ from these. To apply them, run npm run slurm:down first');
  say(`Users sheaf1, sheaf2; memory limit by ${memoryLimit === 'cgroup' ? 'control groups' : 'polling'}`);
  return cluster;
}

function number(option: string, text: string): number {
  if (!/^[0-9]{1,9}$/.test(text)) fail(`--${option} takes a number, not ${text}`);
  return Number(text);
}

function isOn(text: string): boolean {
  if (text !== 'on' && text !== 'off') fail(`--accounting takes on or off, not ${text}`);
  return text === 'on';
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function fail(message: string): never {
  process.stderr.write(`slurm: ${message}\n`);
  process.exit(1);
}
