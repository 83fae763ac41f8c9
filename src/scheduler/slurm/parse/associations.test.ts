import { expect, test } from 'vitest';
import { recorded } from '../../../../test/support/recorded-slurm.ts';
import { parseOwnAccounts, parseQos } from '../cluster/accounts.ts';
import { findOwnUse, parseUsage } from './associations.ts';

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
    accountGpus: { lab_a: { any: 0, byType: {} } },
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

/** Hebrew University, before 23.02: users are numbers there; one line as `scontrol -o` prints it. */
test('what a user has of a QOS is found by name, and by number where Slurm is older than 23.02', () => {
  const text =
    'QOS=limited(38) GrpSubmitJobs=N(0) Account Limits= accounta={MaxJobsPA=N(0) MaxSubmitJobsPA=8(2) MaxTRESPA=cpu=N(4),gres/gpu=6(3),gres/gpu:a100=2(1)} User Limits= 1234={MaxJobsPU=N(0) MaxJobsAccruePU=N(0) MaxSubmitJobsPU=4(3) MaxTRESPU=cpu=N(0)} 5678={MaxJobsPU=N(0) MaxSubmitJobsPU=4(1)}';
  const [qos] = parseUsage(text).qos;
  if (qos === undefined) throw new Error('no QOS was read');
  expect(findOwnUse(qos, 'me', 1234)).toEqual({ limit: 4, used: 3 });
  expect(findOwnUse(qos, 'me', 99)).toBeUndefined();
  const [newer] = parseUsage(text.replace('1234={', 'me(1234)={')).qos;
  expect(newer && findOwnUse(newer, 'me', 1234)).toEqual({ limit: 4, used: 3 });
  expect(qos.accountGpus).toEqual({ accounta: { any: 3, byType: { a100: 1 } } });
});

test('the only account of a user is the default one if nothing names it (Stanford FarmShare)', () => {
  const text = 'operator||bigmem,gpu,normal|||||\n';
  expect(parseOwnAccounts(text, [])).toMatchObject([{ account: 'operator', isDefault: true }]);
  expect(parseOwnAccounts(`${text}other||normal|||||\n`, []).map(({ isDefault }) => isDefault)).toEqual([false, false]);
});

test('a limit of GPUs for each account of a QOS is read', () => {
  expect(parseQos('gpu|||||||||||100|cpu=64,gres/gpu=8\n')).toMatchObject([
    { name: 'gpu', priority: 100, maxTresPerAccount: 'cpu=64,gres/gpu=8' },
  ]);
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
