import { expect, test } from 'vitest';
import { recorded } from '../../../test/support/recorded-slurm.ts';
import { parseOwnAccounts, parseQos } from './accounts.ts';
import { parseUsage } from './associations.ts';

const USAGE = parseUsage(recorded('usage.txt'));

test('limits of associations with what is in use, of other users too', () => {
  const named = USAGE.associations.map(({ account, user }) => `${account} ${user ?? ''}`.trim());
  expect(named).toEqual(['root', 'dept', 'lab_c', 'lab_c sheaf1', 'lab_a', 'lab_a sheaf1', 'lab_b', 'lab_b sheaf1']);
  expect(USAGE.associations[1]).toEqual({
    account: 'dept',
    parent: 'root',
    isDefault: false,
    grpSubmit: { limit: 30, used: 12 },
    maxSubmit: { used: 0 },
    maxJobs: { used: 0 },
    grpGpus: { used: 0 },
    fairshare: 0,
  });
  expect(USAGE.associations[3]).toEqual({
    account: 'lab_c',
    user: 'sheaf1',
    isDefault: false,
    grpSubmit: { used: 5 },
    maxSubmit: { limit: 12, used: 5 },
    maxJobs: { limit: 3, used: 0 },
    maxWallS: 172_800,
    grpGpus: { used: 0 },
    fairshare: 1,
  });
});

test('limits of a QOS by user and account', () => {
  expect(USAGE.qos.find(({ name }) => name === 'limited')).toEqual({
    name: 'limited',
    grpSubmit: { limit: 50, used: 3 },
    grpGpus: { used: 0 },
    grpGpusByType: {},
    perUser: { sheaf1: { limit: 20, used: 3 } },
    perAccount: { lab_a: { limit: 40, used: 3 } },
  });
  expect(USAGE.qos.find(({ name }) => name === 'normal')?.perUser).toEqual({
    sheaf1: { used: 6 },
    sheaf2: { used: 7 },
  });
  expect(USAGE.qos.find(({ name }) => name === 'long')).toMatchObject({ perUser: {}, perAccount: {} });
});

test('GPUs that all of a QOS have, and the fair share of a user', () => {
  const text = [
    'ClusterName=c Account=lab UserName=me(7) SharesRaw/Norm/Level/Factor=1/0.33/3/0.75 DefAssoc=Yes MaxWallPJ=',
    'QOS=gpu(2) GrpTRES=cpu=N(8),gres/gpu=6(2),gres/gpumem=N(0),gres/gpu:h200=4(1),gres/gpu:a100=N(1) GrpTRESMins=gres/gpu=9(9) User Limits=No Users',
  ].join('\n');
  const { associations, qos } = parseUsage(text);
  expect(associations[0]).toMatchObject({ account: 'lab', user: 'me', isDefault: true, fairshare: 0.75 });
  expect(qos[0]).toMatchObject({
    name: 'gpu',
    grpGpus: { limit: 6, used: 2 },
    grpGpusByType: { h200: { limit: 4, used: 1 }, a100: { used: 1 } },
  });
});

test('the accounts of a user', () => {
  expect(parseOwnAccounts(recorded('associations.txt'), USAGE.associations)).toEqual([
    {
      account: 'lab_c',
      isDefault: false,
      qos: ['limited', 'long', 'normal'],
      defaultQos: 'normal',
      maxJobs: 3,
      maxSubmit: 12,
      maxWallS: 172_800,
    },
    { account: 'lab_a', isDefault: true, qos: ['limited', 'long', 'normal'], defaultQos: 'normal' },
    { account: 'lab_b', isDefault: false, qos: ['limited', 'long', 'normal'], defaultQos: 'normal' },
  ]);
  expect(parseOwnAccounts('', [])).toEqual([]);
});

test('the QOS of a cluster', () => {
  expect(parseQos(recorded('qos.txt'))).toEqual([
    { name: 'normal', flags: [] },
    {
      name: 'limited',
      flags: [],
      maxWallS: 3600,
      maxJobsPerUser: 4,
      maxSubmitPerUser: 20,
      maxSubmitPerAccount: 40,
      grpSubmit: 50,
    },
    { name: 'long', flags: ['DenyOnLimit', 'PartitionTimeLimit'], maxWallS: 604_800, maxTresPerUser: 'gres/gpu=4' },
  ]);
});
