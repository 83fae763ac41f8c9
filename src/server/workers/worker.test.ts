import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/project-folder.ts';
import { until } from '../../../test/support/until.ts';
import { SheafError } from '../../core/errors.ts';
import { openWorker, type Worker, type WorkerOptions } from './worker.ts';

/** Answers calls by their names, as a worker does. */
const PROGRAM = `
const say = (message) => process.send(message);
let line = 0;
process.on('disconnect', () => process.exit());
process.on('message', ({ kind, id, name }) => {
  if (kind === 'stop') return say({ kind: 'end', id });
  if (kind === 'next') return say(++line < 3 ? { kind: 'line', id, text: String(line) } : { kind: 'end', id });
  if (name === 'pid') say({ kind: 'json', id, text: String(process.pid) });
  if (name === 'bytes') say({ kind: 'bytes', id, bytes: new Uint8Array([0, 255]) });
  if (name === 'lines') say({ kind: 'lines', id });
  if (name === 'wrong') say({ kind: 'trouble', id, exitCode: 2, problems: [{ code: 'a.b', message: 'no' }] });
  if (name === 'die') { console.error('last words'); process.exitCode = 3; process.disconnect(); }
  if (name === 'loop') for (;;);
});
say({ kind: 'ready' });
`;

function worker(options: Partial<WorkerOptions> = {}): Worker {
  const argv = [process.execPath, '-e', PROGRAM] as const;
  const opened = openWorker({ argv, env: process.env, atOnce: 2, limitMs: 60_000, ...options });
  onTestFinished(() => opened.close());
  return opened;
}

const forever: AbortSignal = new AbortController().signal;

async function problemOf(asked: Promise<unknown>): Promise<SheafError['problems'][number]> {
  const error: unknown = await asked.catch((caught: unknown) => caught);
  if (error instanceof SheafError) return error.problems[0];
  throw new Error('there was no problem', { cause: error });
}

test('a worker answers with texts, bytes, lines and the words of what went wrong', async () => {
  const { ask } = worker();
  expect(await ask('pid', {}, forever)).toMatchObject({ kind: 'json' });
  const bytes = await ask('bytes', {}, forever);
  expect(bytes.kind === 'bytes' && [...bytes.bytes]).toEqual([0, 255]);
  const lines = await ask('lines', {}, forever);
  expect(lines.kind === 'lines' && (await Array.fromAsync(lines.lines))).toEqual(['1', '2']);
  expect(await problemOf(ask('wrong', {}, forever))).toMatchObject({ code: 'a.b' });
});

test('a call that takes too long ends its worker with words, and the other calls are asked again', async () => {
  const { ask } = worker({ limitMs: 1_000 });
  const first = await ask('pid', {}, forever);
  const slow = problemOf(ask('loop', {}, forever));
  const other = ask('pid', {}, forever);
  expect(await slow).toMatchObject({ code: 'server.slow', message: 'loop took longer than 1 s and was stopped' });
  expect(await other).not.toEqual(first);
});

test('a worker that dies is followed by another one, and the call that it left says what it wrote', async () => {
  const { ask } = worker();
  expect(await problemOf(ask('die', {}, forever))).toMatchObject({
    message: 'the process that reads the project ended with status 3',
    said: 'last words',
  });
  expect(await ask('pid', {}, forever)).toMatchObject({ kind: 'json' });
});

test('a call whose page went away before its turn is never begun', async () => {
  const { ask } = worker({ atOnce: 1 });
  const page = new AbortController();
  const before = ask('pid', {}, forever);
  const dropped = ask('die', {}, page.signal);
  page.abort(new Error('the page went away'));
  await expect(dropped).rejects.toThrow('the page went away');
  expect(await ask('pid', {}, forever)).toEqual(await before);
});

test('a worker that cannot begin says why, and is started again after a pause', async () => {
  const why = `process.send({ kind: 'unable', exitCode: 1, problems: [{ code: 'project.gone', message: 'away' }] })`;
  const opened = worker({ argv: [process.execPath, '-e', why] });
  expect(await problemOf(opened.ask('pid', {}, forever))).toMatchObject({ code: 'project.gone' });
  await until(() => opened.pid === undefined);
  expect(await problemOf(opened.ask('pid', {}, forever))).toMatchObject({ code: 'project.gone' });
  expect(opened.pid).toBeUndefined();
});

test('a worker that is closed just as it says that it is ready is not followed by another one', async () => {
  const mark = join(temporaryFolder(), 'ready');
  const program = `process.send({ kind: 'ready' }, () => fs.writeFileSync('${mark}', '')); setInterval(() => {}, 1e6);`;
  const opened = worker({ argv: [process.execPath, '-e', program] });
  const { pid } = opened;
  // Busy, so that what the worker says is heard only after it was closed.
  while (!existsSync(mark));
  opened.close();
  await until(() => opened.pid !== pid);
  expect(opened.pid).toBeUndefined();
});
