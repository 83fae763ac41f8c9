/** Debian's packages of a whole cluster: installed when missing, with no service started or enabled. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { onPath } from './run.ts';

/** The package, and a program of it that shows that it is there. */
const needed: readonly (readonly [packageName: string, program: string])[] = [
  ['slurmctld', 'slurmctld'],
  ['slurmd', 'slurmd'],
  ['slurmdbd', 'slurmdbd'],
  ['slurm-client', 'sbatch'],
  ['munge', 'munged'],
  ['mariadb-server', 'mariadbd'],
];
/** Plugins, which have no program. */
const plugins: readonly string[] = ['slurm-wlm-basic-plugins', 'slurm-wlm-mysql-plugin'];
const services: readonly string[] = ['slurmctld', 'slurmd', 'slurmdbd', 'munge', 'mariadb'];

const policy = '/usr/sbin/policy-rc.d';

/** Says why no cluster can be brought up here; undefined if one can. Changes nothing. */
export function whyNoCluster(): string | undefined {
  if (process.platform !== 'linux') return 'a Slurm cluster for tests needs Linux';
  if (process.getuid?.() !== 0) return 'a Slurm cluster for tests needs root: its jobs run as several users';
  const missing = missingPackages();
  if (missing.length > 0 && !onPath('apt-get'))
    return `a Slurm cluster for tests needs ${missing.join(', ')}, and apt-get, which would install them, is not here`;
  return undefined;
}

/** Installs what is missing. Throws with apt's words when it cannot. */
export function installPackages(say: (text: string) => void): void {
  const missing = missingPackages();
  if (missing.length === 0) return;
  say(`Installing ${missing.join(' ')}`);
  withServicesDenied(() => {
    const first = apt(['install', '--yes', '--no-install-recommends', ...missing]);
    if (first.status === 0) return;
    // The lists of a fresh image are empty or old.
    apt(['update']);
    const second = apt(['install', '--yes', '--no-install-recommends', ...missing]);
    if (second.status !== 0)
      throw new Error(`apt-get could not install ${missing.join(', ')}:\n${second.stderr.trim()}`);
  });
  disableServices(services.filter((service) => missing.some((name) => name.startsWith(service))));
}

function missingPackages(): string[] {
  const missing = needed.filter(([, program]) => !onPath(program)).map(([name]) => name);
  const { status } = spawnSync('dpkg-query', ['--show', ...plugins], { stdio: 'ignore' });
  return status === 0 || (missing.length === 0 && !onPath('dpkg-query')) ? missing : [...missing, ...plugins];
}

function apt(args: readonly string[]): { status: number | null; stderr: string } {
  const { status, stderr, error } = spawnSync('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=120', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  return { status, stderr: error ? error.message : stderr };
}

/** Debian asks this script whether a package may start its service; 101 says no. */
function withServicesDenied(install: () => void): void {
  const kept = `${policy}.before-sheaf`;
  // Present already: an install was cut off, and the policy now in place is ours.
  if (existsSync(policy) && !existsSync(kept)) renameSync(policy, kept);
  writeFileSync(policy, '#!/bin/sh\nexit 101\n');
  chmodSync(policy, 0o755);
  try {
    install();
  } finally {
    if (existsSync(kept)) renameSync(kept, policy);
    else rmSync(policy, { force: true });
  }
}

/** A package enables its service for the next boot whatever the policy says. */
function disableServices(names: readonly string[]): void {
  if (names.length > 0 && onPath('systemctl')) spawnSync('systemctl', ['disable', ...names], { stdio: 'ignore' });
  if (!onPath('update-rc.d')) return;
  for (const name of names) spawnSync('update-rc.d', [name, 'disable'], { stdio: 'ignore' });
}
