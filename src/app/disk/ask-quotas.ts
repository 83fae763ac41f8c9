import { dirname } from 'node:path';
import type { Mount } from '../../core/disk/mounts.ts';
import { CEPH_ATTRIBUTES, makeCephQuotas, parseAttribute } from '../../core/disk/parse-ceph-quota.ts';
import { parseFileset, parseGpfsQuota } from '../../core/disk/parse-gpfs-quota.ts';
import { parseLustreProject, parseLustreQuota } from '../../core/disk/parse-lustre-quota.ts';
import { parseQuota } from '../../core/disk/parse-quota.ts';
import { isLimited, type Quota } from '../../core/disk/quota.ts';
import type { Environment } from '../../core/value.ts';
import { groupOf, nowMs, runCommand, userName, userId } from '../../system/index.ts';

/** Each program may take this long: a server that does not answer must not keep a command waiting. */
const LIMIT_MS = 3_000;

/** Prints what a program of the file system prints; empty if it is missing, or says nothing in time. */
type Ask = (...argv: readonly [string, ...string[]]) => Promise<string>;

/** How to ask each type of file system. */
const ASKED: Readonly<Record<string, (ask: Ask, mount: Mount, path: string) => Promise<readonly Quota[]>>> = {
  lustre: askLustre,
  gpfs: askGpfs,
  ceph: askCeph,
  'fuse.ceph': askCeph,
  'fuse.ceph-fuse': askCeph,
  ...Object.fromEntries(
    ['nfs', 'nfs4', 'ext2', 'ext3', 'ext4', 'xfs', 'jfs', 'f2fs', 'gfs2', 'ocfs2', 'zfs'].map((type) => [
      type,
      askQuota,
    ]),
  ),
};

/**
 * Asks the program of a file system for the quotas that hold for this user at a path. A program that is missing, fails or
 * takes too long is no error.
 *
 * @param path without links
 * @returns undefined if nothing is known; none: it says that there are no limits
 */
export async function askQuotas(mount: Mount, path: string, env: Environment): Promise<readonly Quota[] | undefined> {
  const ask: Ask = (...argv) => runProgram(argv, env);
  const quotas = (await ASKED[mount.type]?.(ask, mount, path)) ?? [];
  return quotas.length === 0 ? undefined : quotas.filter(isLimited);
}

/** In the language C: their words are read. What fails may still have said something: `quota` fails over quota. */
async function runProgram(argv: readonly [string, ...string[]], env: Environment): Promise<string> {
  const path = [env['PATH'] ?? '', '/usr/sbin', '/sbin', '/usr/lpp/mmfs/bin'].join(':');
  const { stdout } = await runCommand(argv, {
    timeoutMs: LIMIT_MS,
    leaveHanging: true,
    env: { ...env, PATH: path, LC_ALL: 'C' },
    mostOutput: 1 << 20,
  });
  return stdout;
}

async function askQuota(ask: Ask, { folder, source }: Mount): Promise<readonly Quota[]> {
  const text = await ask('quota', '-u', '-g', '-v', '-w', '-p', '-Q', '-f', folder);
  const found = parseQuota(text, nowMs());
  // It may know the device by another name.
  return found.get(source) ?? [...found.values()].flat();
}

async function askLustre(ask: Ask, _mount: Mount, path: string): Promise<readonly Quota[]> {
  const project = async (): Promise<string> => {
    const id = parseLustreProject(await ask('lfs', 'project', '-d', path));
    return id === undefined ? '' : ask('lfs', 'quota', '-p', id, path);
  };
  const texts = await Promise.all([
    ask('lfs', 'quota', '-u', String(userId()), path),
    ask('lfs', 'quota', '-g', String(groupOf(path)), path),
    project(),
  ]);
  return texts.flatMap(parseLustreQuota);
}

async function askGpfs(ask: Ask, { source }: Mount, path: string): Promise<readonly Quota[]> {
  const device = source.replace(/^\/dev\//, '');
  const fileset = parseFileset(await ask('mmlsattr', '-L', path));
  const place = fileset === undefined ? device : `${device}:${fileset}`;
  const texts = await Promise.all([
    ask('mmlsquota', '-Y', '-u', userName(), place),
    ask('mmlsquota', '-Y', '-g', String(groupOf(path)), place),
    fileset === undefined ? '' : ask('mmlsquota', '-Y', '-j', fileset, device),
  ]);
  return texts.flatMap(parseGpfsQuota);
}

/** A quota may be on any folder above; those above the mounted one cannot be seen. */
async function askCeph(ask: Ask, { folder }: Mount, path: string): Promise<readonly Quota[]> {
  const folders = [path];
  for (let up = path; up !== folder && up !== dirname(up);) folders.push((up = dirname(up)));
  const texts = await Promise.all(
    CEPH_ATTRIBUTES.map((name) => ask('getfattr', '--absolute-names', '-n', name, ...folders)),
  );
  return makeCephQuotas(texts.map(parseAttribute));
}
