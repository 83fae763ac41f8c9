import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../../test/support/project-folder.ts';
import { noCache, recordedSlurm } from '../../../../test/support/recorded-slurm.ts';
import type { Resources } from '../../../core/settings/settings.ts';
import { openCache } from '../ask/cache.ts';
import { submitRoom } from './limits.ts';

const inUse = async (): Promise<number> => 9;

async function room(resources: Resources, failing: readonly string[] = []): Promise<number> {
  return submitRoom(recordedSlurm(failing), noCache, resources, inUse);
}

test('without a limit there is room for any number', async () => {
  expect(await room({})).toBe(Infinity);
  expect(await room({ account: 'lab_b', qos: 'long' })).toBe(Infinity);
  expect(await room({ account: 'nobody_knows' })).toBe(Infinity);
});

/** Of lab_c 12 may be in the queue for one user (5 are), of dept above it 30 for all (12 are). */
test('the limit of a user and those of the accounts above leave room', async () => {
  expect(await room({ account: 'lab_c' })).toBe(7);
  expect(await room({ sbatch: { account: 'lab_c' } })).toBe(7);
});

/** Of QOS limited 20 may be in the queue for one user, whatever the account (3 are). */
test('a limit of the QOS replaces that of the account, as in Slurm', async () => {
  expect(await room({ account: 'lab_c', qos: 'limited' })).toBe(17);
  expect(await room({ account: 'lab_c', partition: 'hier' }), 'the QOS of the partition').toBe(17);
});

test('limits are cached, and usage is asked for only if there is a limit', async () => {
  const commands = recordedSlurm();
  const cache = openCache(temporaryFolder());
  await submitRoom(commands, cache, {}, inUse);
  const first = commands.asked.length;
  await submitRoom(commands, cache, {}, inUse);
  expect(commands.asked).toHaveLength(first);
  await submitRoom(commands, cache, { account: 'lab_c' }, inUse);
  expect(commands.asked.slice(first)).toEqual([
    expect.stringMatching(/assoc_mgr users=\S+ qos=normal flags=assoc,qos/),
  ]);
});

test('where the controller does not tell what is in use, own jobs are counted', async () => {
  const commands = recordedSlurm();
  const cache = openCache(temporaryFolder());
  await submitRoom(commands, cache, {}, inUse);
  expect(await submitRoom(recordedSlurm(['assoc_mgr']), cache, { account: 'lab_c' }, inUse)).toBe(3);
});

test('where accounting cannot be asked there is no limit that is known', async () => {
  expect(await room({ account: 'lab_c' }, ['assoc_mgr', 'sacctmgr'])).toBe(Infinity);
  expect(await room({ account: 'lab_c' }, ['sacctmgr']), 'the database alone').toBe(7);
});

test('limits that the site does not enforce are ignored', async () => {
  const commands = recordedSlurm([], (text) => text.replace('associations,limits,qos', 'associations'));
  expect(await submitRoom(commands, noCache, { account: 'lab_c' }, inUse)).toBe(Infinity);
});
