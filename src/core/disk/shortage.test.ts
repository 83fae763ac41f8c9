import { describe, expect, test } from 'vitest';
import { describeShortage, type DiskRoom, type ExpectedWrites } from './shortage.ts';

const GIB = 2 ** 30;
const sweep: ExpectedWrites[] = [{ template: 'baseline', runs: 300, past: 20, bytes: 7 * GIB, files: 150 }];
const room = (more: Partial<DiskRoom> = {}): DiskRoom => ({ folder: '/scratch', free: {}, ...more });

describe('a warning of a full disk', () => {
  test('names what the runs write, what is left and what helps', () => {
    const bytes = { used: 8_800 * GIB, hard: 10_000 * GIB };
    expect(describeShortage(sweep, room({ quotas: [{ of: 'user', name: 'ada', bytes }] }))).toEqual([
      '300 runs write about 2.1 TiB (7.0 GiB each, as 20 past runs of baseline did); 1.2 TiB are left of your quota on /scratch: ' +
        'free some with sheaf checkpoints prune, or keep fewer in the template, as in checkpoint: {keep: {best: 1, last: 1}}',
    ]);
  });

  test('comes for files, too: of a group, and of the file system itself', () => {
    const files = { used: 18_000, hard: 30_000 };
    const [first] = describeShortage(sweep, room({ quotas: [{ of: 'group', name: 'lab', files }] }));
    expect(first).toMatch(
      /^300 runs write about 45,000 files \(150 each, .*; 12,000 files are left of the quota of group lab on /,
    );
    expect(describeShortage(sweep, room({ free: { bytes: GIB, files: 44_999 } }))).toHaveLength(2);
    expect(describeShortage(sweep, room({ free: { bytes: GIB } }))[0]).toContain('; 1.0 GiB are left on /scratch: ');
  });

  test('says so if only the soft limit is passed', () => {
    const bytes = { used: 0, soft: GIB, hard: 10_000 * GIB };
    expect(describeShortage(sweep, room({ quotas: [{ of: 'user', name: 'ada', bytes }] }))[0]).toContain(
      '; 1.0 GiB are left below the soft limit of your quota on /scratch, which may be exceeded for some days only: ',
    );
  });

  test('does not come if it fits, or if nothing is known', () => {
    const quotas = [{ of: 'user' as const, name: 'ada', bytes: { used: 0, hard: 2_100 * GIB }, files: { used: 0 } }];
    expect(describeShortage(sweep, room({ quotas, free: { bytes: 2_100 * GIB, files: 45_000 } }))).toEqual([]);
    expect(describeShortage(sweep, room())).toEqual([]);
    expect(describeShortage([], room({ free: { bytes: 0 } }))).toEqual([]);
  });
});
