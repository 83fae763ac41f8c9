import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeCephQuotas, parseAttribute } from './parse-ceph-quota.ts';
import { parseFileset, parseGpfsQuota } from './parse-gpfs-quota.ts';
import { parseLustreProject, parseLustreQuota } from './parse-lustre-quota.ts';
import { parseQuota } from './parse-quota.ts';
import { findTightest, isLimited, type Quota } from './quota.ts';

const KIB = 1024;
const NOW_MS = 1_700_000_000_000;

describe('quota', () => {
  it('prints blank grace for a user below the limits', () => {
    // A user's post of 2011 on a forum about Ubuntu servers.
    const text = `Disk quotas for user ali (uid 1002): 
     Filesystem  blocks   quota   limit   grace   files   quota   limit   grace
      /dev/sda1      36       0  500000              10       0       0        
`;
    expect([...parseQuota(text, NOW_MS)]).toEqual([
      ['/dev/sda1', [{ of: 'user', name: 'ali', bytes: { used: 36 * KIB, hard: 500_000 * KIB }, files: { used: 10 } }]],
    ]);
  });

  it('marks what is over the limit with a star', () => {
    // Notes on a course about RHEL 7, in which 1,000 of 1,000 blocks are used.
    const text = `Disk quotas for user username (uid 501): 
   Filesystem  blocks   quota   limit   grace   files   quota   limit   grace
     /dev/sda1    1000*   1000    1000               0       0       0
`;
    expect(parseQuota(text, NOW_MS).get('/dev/sda1')).toEqual([
      {
        of: 'user',
        name: 'username',
        bytes: { used: 1000 * KIB, soft: 1000 * KIB, hard: 1000 * KIB },
        files: { used: 0 },
      },
    ]);
  });

  it('prints the end of grace in seconds since 1970 with -p, and groups of the user after it', () => {
    // By the formats of heading() and showquotas() in quota.c of quota-tools 4.09.
    const inThreeHours = NOW_MS / 1000 + 3 * 3600;
    const text = `Disk quotas for user ada (uid 1001): 
     Filesystem  blocks   quota   limit   grace   files   quota   limit   grace
server:/export/home    4500*   4000    5000 ${inThreeHours}      12*     10      20 ${NOW_MS / 1000 - 5}
Disk quotas for group lab of ai (gid 100): 
     Filesystem  blocks   quota   limit   grace   files   quota   limit   grace
server:/export/home  900000   800000 1000000       0      50       0       0       0
Disk quotas for group nobody (gid 65534): none
`;
    expect(parseQuota(text, NOW_MS).get('server:/export/home')).toEqual([
      {
        of: 'user',
        name: 'ada',
        bytes: { used: 4500 * KIB, soft: 4000 * KIB, hard: 5000 * KIB, grace: '3h 00m' },
        files: { used: 12, soft: 10, hard: 20, grace: 'expired' },
      },
      {
        of: 'group',
        name: 'lab of ai',
        bytes: { used: 900_000 * KIB, soft: 800_000 * KIB, hard: 1_000_000 * KIB },
        files: { used: 50 },
      },
    ]);
  });

  it('may put a long name of a file system on a line of its own', () => {
    // The lines of a user of DKRZ, with the sizes in KiB instead of words.
    const text = `Disk quotas for user a270073 (uid 23263): 
     Filesystem  blocks   quota   limit   grace   files   quota   limit   grace
10.128.13.67:/home
                 13889536  31457280  31457280            126000       0       0        
`;
    expect(parseQuota(text, NOW_MS).get('10.128.13.67:/home')?.[0]?.bytes).toEqual({
      used: 13_889_536 * KIB,
      soft: 31_457_280 * KIB,
      hard: 31_457_280 * KIB,
    });
  });

  it('says nothing of a user without limits', () => {
    expect(parseQuota('Disk quotas for user root (uid 0): none\n', NOW_MS).size).toBe(0);
    expect(parseQuota('', NOW_MS).size).toBe(0);
  });
});

describe('lfs quota', () => {
  it('wraps a long path, and adds which defaults it uses', () => {
    // The cluster of Mila, as its milatools quote it (milatools/cli/init_command.py).
    const text = `Disk quotas for usr normandf (uid 1471600598):
     Filesystem  kbytes   quota   limit   grace   files   quota   limit   grace
/home/mila/n/normandf
                95747836       0 104857600       -  908722       0 1048576       -
uid 1471600598 is using default block quota setting
uid 1471600598 is using default file quota setting
`;
    expect(parseLustreQuota(text)).toEqual([
      {
        of: 'user',
        name: 'normandf',
        bytes: { used: 95_747_836 * KIB, hard: 104_857_600 * KIB },
        files: { used: 908_722, hard: 1_048_576 },
      },
    ]);
  });

  it('has other names of columns since Lustre 2.16, and stars and grace over the limit', () => {
    // The heading of `lfs quota` in the guide of a cluster with Lustre 2.16, with sizes in KiB.
    const text = `Disk quotas for prj 100010 (pid 100010):
Filesystem    kbytes   bquota  blimit  bgrace   files   iquota  ilimit  igrace
     /home  [5242881]*       5242880      6000000       6d23h59m58s     1000000*        0 1000000       expired
Some errors happened when getting quota info. Some devices may be not working or deactivated. The data in "[]" is inaccurate.
`;
    expect(parseLustreQuota(text)).toEqual([
      {
        of: 'project',
        name: '100010',
        bytes: { used: 5_242_881 * KIB, soft: 5_242_880 * KIB, hard: 6_000_000 * KIB, grace: '6d23h59m58s' },
        files: { used: 1_000_000, hard: 1_000_000, grace: 'expired' },
      },
    ]);
  });

  it('needs the number of the project of a folder', () => {
    // NREL's guide to its cluster Kestrel.
    expect(parseLustreProject('110255 P /projects/csc000\n')).toBe('110255');
    expect(parseLustreProject('    0 - /scratch/ada\n')).toBeUndefined();
    expect(parseLustreProject('')).toBeUndefined();
  });
});

describe('mmlsquota', () => {
  it('names its fields in a line of their own with -Y', () => {
    // Names and values as in quota-example.in of the crate mmoxi 0.3.1, which has them from mmrepquota.
    const text = `mmlsquota::HEADER:version:reserved:reserved:filesystemName:quotaType:id:name:blockUsage:blockQuota:blockLimit:blockInDoubt:blockGrace:filesUsage:filesQuota:filesLimit:filesInDoubt:filesGrace:remarks:quota:defQuota:fid:filesetname:
mmlsquota::0:1:::gpfs1:FILESET:1:name1:950235440:4294967296:5368709120:406372448:none:553624:5000000:20000000:0:none:e:on:off:::
mmlsquota::0:1:::gpfs1:USR:62347:62347:455894288:0:0:0:none:25738:0:0:0:none:i:on:off:117:fileset1:
mmlsquota::0:1:::gpfs1:GRP:500:lab%3Aai:20:10:30:0:2 days:1:0:0:0:none:e:on:off:::
`;
    expect(parseGpfsQuota(text)).toEqual([
      {
        of: 'fileset',
        name: 'name1',
        bytes: { used: 950_235_440 * KIB, soft: 4_294_967_296 * KIB, hard: 5_368_709_120 * KIB },
        files: { used: 553_624, soft: 5_000_000, hard: 20_000_000 },
      },
      { of: 'user', name: '62347', bytes: { used: 455_894_288 * KIB }, files: { used: 25_738 } },
      {
        of: 'group',
        name: 'lab:ai',
        bytes: { used: 20 * KIB, soft: 10 * KIB, hard: 30 * KIB, grace: '2 days' },
        files: { used: 1 },
      },
    ]);
    expect(parseGpfsQuota('mmlsquota: command not found\n')).toEqual([]);
  });

  it('needs the name of the fileset of a folder', () => {
    // The form of mmlsattr -L in IBM's Command and Programming Reference.
    expect(
      parseFileset('file name:            .\nmetadata replication: 1 max 2\nfileset name:         project_a\n'),
    ).toBe('project_a');
    expect(parseFileset('mmlsattr: not found\n')).toBeUndefined();
  });
});

describe('getfattr on CephFS', () => {
  it('says which folders have limits, and what is in them', () => {
    // The form is that of docs.ceph.com/en/quincy/cephfs/quota.
    const values = [
      '# file: /mnt/ceph/lab\nceph.quota.max_bytes="100000000"\n\n# file: /mnt/ceph/lab/ada\\040b\nceph.quota.max_bytes="0"\n',
      '# file: /mnt/ceph/lab\nceph.quota.max_files="10000"\n',
      '# file: /mnt/ceph/lab\nceph.dir.rbytes="99000000"\n\n# file: /mnt/ceph/lab/ada\\040b\nceph.dir.rbytes="7"\n',
      '# file: /mnt/ceph/lab\nceph.dir.rentries="9876"\n',
    ].map(parseAttribute);
    expect(values[0]?.get('/mnt/ceph/lab/ada b')).toBe(0);
    expect(makeCephQuotas(values)).toEqual([
      {
        of: 'folder',
        name: '/mnt/ceph/lab',
        bytes: { used: 99_000_000, hard: 100_000_000 },
        files: { used: 9_876, hard: 10_000 },
      },
    ]);
    expect(makeCephQuotas(['', '', '', ''].map(parseAttribute))).toEqual([]);
  });
});

describe('the tightest quota', () => {
  const user: Quota = { of: 'user', name: 'ada', bytes: { used: 5, hard: 100 }, files: { used: 1 } };
  const group: Quota = {
    of: 'group',
    name: 'lab',
    bytes: { used: 990, soft: 900, hard: 1000 },
    files: { used: 5, soft: 3 },
  };

  it('is the one with the least room, for bytes and for files', () => {
    expect(findTightest([user, group], 'bytes')).toEqual({ left: 10, limit: 1000, used: 990, quota: group });
    expect(findTightest([user, group], 'files')?.left).toBe(0);
    expect(findTightest([user], 'files')).toBeUndefined();
  });

  it('is at the soft limit when the time of grace is over', () => {
    const late: Quota = { of: 'user', name: 'ada', bytes: { used: 950, soft: 900, hard: 1000, grace: 'expired' } };
    expect(findTightest([late], 'bytes')?.left).toBe(0);
  });

  it('never has room below zero, and is of one that is limited', () => {
    const use = fc.record({ used: fc.nat(), soft: fc.nat(), hard: fc.nat() });
    const quota = fc.record({ of: fc.constant('user' as const), name: fc.constant('a'), bytes: use, files: use });
    fc.assert(
      fc.property(fc.array(quota), (quotas) => {
        const room = findTightest(quotas, 'bytes');
        expect(room === undefined || (room.left >= 0 && isLimited(room.quota))).toBe(true);
      }),
    );
  });
});

it('no text breaks a parser', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      for (const parse of [parseLustreQuota, parseGpfsQuota, parseAttribute, parseFileset, parseLustreProject])
        parse(text);
      parseQuota(text, NOW_MS);
    }),
    { numRuns: 30 },
  );
});
