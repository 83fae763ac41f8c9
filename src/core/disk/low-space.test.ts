import { expect, test } from 'vitest';
import { describeLowSpace } from './low-space.ts';
import { makeUse } from './quota.ts';

const GIB = 2 ** 30;

test('little space is reported of the disk or of the quota, whichever ends first', () => {
  const describe = (free: object, used = 0, soft = 0, hard = 0): string[] =>
    describeLowSpace({
      folder: '/scratch',
      free,
      quotas: [{ of: 'user', name: 'ada', bytes: makeUse(used * GIB, soft * GIB, hard * GIB) }],
    });
  expect(describe({})).toEqual([]);
  expect(describe({ bytes: 9 * GIB, files: 5_000 }, 50, 80, 100)).toEqual([]);
  expect(describe({ bytes: GIB / 2, files: 1 })).toEqual([
    'only 512 MiB are left on /scratch',
    'only 1 file is left on /scratch',
  ]);
  expect(describe({ bytes: 900 * GIB }, 96, 0, 100)).toEqual(['only 4.0 GiB are left of your quota on /scratch']);
  expect(describe({ bytes: 900 * GIB }, 90, 80, 100)).toEqual([
    'the soft limit for space of your quota on /scratch is exceeded, which is allowed for some days only',
  ]);
});
