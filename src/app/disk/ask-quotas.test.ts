import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Quota } from '../../core/disk/quota.ts';
import { askQuotas } from './ask-quotas.ts';

/** A folder with programs of these scripts, which are first on the PATH. */
function asked(type: string, programs: Readonly<Record<string, string>>): Promise<readonly Quota[] | undefined> {
  const outer = realpathSync(mkdtempSync(join(tmpdir(), 'sheaf-quota-')));
  onTestFinished(() => rmSync(outer, { recursive: true, force: true }));
  mkdirSync(join(outer, 'bin'));
  mkdirSync(join(outer, 'mount/lab/ada'), { recursive: true });
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(outer, 'bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  const mount = { folder: join(outer, 'mount'), type, source: type === 'gpfs' ? '/dev/gpfs0' : 'server:/x' };
  const env = { PATH: `${join(outer, 'bin')}:/usr/bin:/bin`, LC_ALL: 'de_DE.UTF-8', OUTER: outer };
  return askQuotas(mount, join(outer, 'mount/lab/ada'), env);
}

describe('the program of a file system', () => {
  test('is quota for NFS, in the language C; that it fails over quota does not matter', async () => {
    const quotas = await asked('nfs4', {
      quota: `[ "$LC_ALL" = C ] || { echo "Speicherplatzbeschränkungen für Benutzer ada: keine"; exit 0; }
echo 'Disk quotas for user ada (uid 1001): '
echo '     Filesystem  blocks   quota   limit   grace   files   quota   limit   grace'
echo '       server:/x    5000*   4000    5000       1      12      10      20       0'
echo 'quota: warning' >&2
exit 1`,
    });
    expect(quotas).toEqual([
      {
        of: 'user',
        name: 'ada',
        bytes: { used: 5_120_000, soft: 4_096_000, hard: 5_120_000, grace: 'expired' },
        files: { used: 12, soft: 10, hard: 20 },
      },
    ]);
  });

  test('is lfs for Lustre: of the user, the group and the project of the folder', async () => {
    const quotas = await asked('lustre', {
      lfs: `case "$*" in
"project -d $OUTER/mount/lab/ada") echo "110255 P $4"; exit ;;
"quota -u "*) whose="usr ada (uid 1001)" limit=10 ;;
"quota -g "*) whose="grp lab (gid 100)" limit=0 ;;
"quota -p 110255 $OUTER/mount/lab/ada") whose="prj 110255 (pid 110255)" limit=20 ;;
esac
echo "Disk quotas for $whose:"
echo '     Filesystem  kbytes   quota   limit   grace   files   quota   limit   grace'
echo "       /scratch       4       0      $limit       -       1       0       0       -"`,
    });
    expect(quotas?.map(({ of, name, bytes }) => [of, name, bytes?.hard])).toEqual([
      ['user', 'ada', 10_240],
      ['project', '110255', 20_480],
    ]);
  });

  test('is mmlsquota for GPFS, also of the fileset', async () => {
    const header =
      'mmlsquota::HEADER:version:reserved:reserved:filesystemName:quotaType:id:name:blockUsage:blockQuota:blockLimit';
    const quotas = await asked('gpfs', {
      mmlsattr: 'echo "file name:            $2"; echo "fileset name:         project_a"',
      mmlsquota: `echo '${header}'
case "$*" in
"-Y -j project_a gpfs0") echo 'mmlsquota::0:1:::gpfs0:FILESET:1:project_a:1:2:3' ;;
"-Y -u "*" gpfs0:project_a") echo 'mmlsquota::0:1:::gpfs0:USR:1001:ada:1:2:4' ;;
esac`,
    });
    expect(quotas?.map(({ of, name, bytes }) => [of, name, bytes?.hard])).toEqual([
      ['user', 'ada', 4_096],
      ['fileset', 'project_a', 3_072],
    ]);
  });

  test('is getfattr for CephFS, of the folder and of those above it', async () => {
    const quotas = await asked('ceph', {
      getfattr: `case "$3" in
ceph.quota.max_bytes) printf '# file: %s\\nceph.quota.max_bytes="1000"\\n\\n' "$OUTER/mount/lab" ;;
ceph.dir.rbytes) printf '# file: %s\\nceph.dir.rbytes="900"\\n\\n' "$OUTER/mount/lab" ;;
esac
echo "$OUTER/mount: $3: No such attribute" >&2
[ "$#" = 6 ] && exit 1`,
    });
    expect(quotas).toMatchObject([{ of: 'folder', bytes: { used: 900, hard: 1_000 } }]);
  });

  test('may be missing, fail, or print something else: then nothing is known', async () => {
    expect(
      await asked('lustre', { lfs: 'echo "lfs: not on a mounted Lustre filesystem" >&2; exit 1' }),
    ).toBeUndefined();
    expect(await asked('nfs', { quota: 'exec cat /bin/sh' })).toBeUndefined();
    expect(await asked('beegfs', { quota: 'echo no' })).toBeUndefined();
    expect(await asked('gpfs', { mmlsattr: 'exit 1', mmlsquota: 'exit 1' })).toBeUndefined();
  });

  test('may hang, and what it started may hold its output: it is left alone', async () => {
    expect(await asked('nfs', { quota: 'sleep 20' })).toBeUndefined();
  });
});
