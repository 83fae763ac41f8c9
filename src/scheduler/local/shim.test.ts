import { existsSync, mkdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { HOSTILE_NAME } from '../../../test/support/hostile-name.ts';
import { startProgram } from '../../../test/support/processes.ts';
import { temporaryFolder } from '../../../test/support/project-folder.ts';
import { until } from '../../../test/support/until.ts';
import { processStart } from '../../system/index.ts';
import { readExitStatus, shimArgv, readShim } from './shim.ts';
import { openSpool, type Spool } from './spool/spool.ts';

function spoolWith(script: string): Spool {
  const spool = openSpool(join(temporaryFolder(), HOSTILE_NAME));
  mkdirSync(join(spool.path, 'jobs/1/tasks'), { recursive: true });
  writeFileSync(join(spool.path, 'jobs/1/script'), script);
  return spool;
}

const RUN = { id: 1, index: 0, restarts: 0 };

const start = (spool: Spool, note = '') => startProgram(shimArgv(spool, RUN, 'boot.1', note), { cwd: spool.path });

test('a task has its process, by pid, start and boot, and its status in files', async () => {
  const spool = spoolWith('echo $PPID; while [ ! -e go ]; do sleep 0.02; done; exit 17\n');
  const shim = start(spool);
  const claim = await until(() => readShim(spool, RUN));
  expect(claim).toEqual({ pid: shim.pid, start: processStart(shim.pid), boot: 'boot.1' });
  expect(readExitStatus(spool, RUN)).toBeUndefined();
  writeFileSync(join(spool.path, 'go'), '');
  expect(await shim.ended).toMatchObject({ code: 17, output: `${shim.pid}\n` });
  expect(readExitStatus(spool, RUN)).toBe(17);
});

test('of many that start one task at once, one runs it and the others do nothing', async () => {
  const spool = spoolWith('echo ran >> count; sleep 0.2; exit 5\n');
  const ended = await Promise.all(Array.from({ length: 12 }, () => start(spool).ended));
  expect(
    ended
      .map(({ code }) => String(code))
      .toSorted()
      .join(''),
  ).toBe(`${'0'.repeat(11)}5`);
  expect(readFileSync(join(spool.path, 'count'), 'utf8')).toBe('ran\n');
  expect(ended.map(({ output }) => output).join('')).not.toContain('ran');
});

test('it lives through what ends its script, and the script gets signals with their usual meaning', async () => {
  const spool = spoolWith('echo $$; exec sleep 1000\n');
  const shim = start(spool);
  const script = await until(() => shim.output().trim());
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) shim.child.kill(signal);
  process.kill(Number(script), 'SIGTERM');
  expect((await shim.ended).code).toBe(143);
  expect(readExitStatus(spool, RUN)).toBe(143);
});

test('a task that cannot be claimed does not run', async () => {
  const spool = spoolWith('touch ran\n');
  const { code } = await startProgram(shimArgv(openSpool(`${spool.path}/gone`), RUN, 'boot.1', ''), { cwd: spool.path })
    .ended;
  expect(code).toBe(74);
  expect(existsSync(join(spool.path, 'ran'))).toBe(false);
});

test('a note comes before the output of the script', async () => {
  const spool = spoolWith('echo script\n');
  expect((await start(spool, 'a note').ended).output).toBe('a note\nscript\n');
  expect(readlinkSync(join(spool.path, 'jobs/1/tasks/0.claim'))).toMatch(/^\d+:\d+:boot\.1$/);
});
