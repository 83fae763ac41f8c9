import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newRunFolder } from '../../../test/support/run-folder.ts';
import { until } from '../../../test/support/until.ts';
import { pointsOf, valuesOf } from '../../../test/support/read-tracked.ts';
import { readExecOutput, type ExecOutcome } from './exec-output.ts';
import { runExec, type ExecOptions, type ExecRequest } from './exec.ts';
import type { TrackedRun } from '../trackers/common/tracker.ts';

const REQUEST: ExecRequest = {
  exp_id: 'lr_s1',
  stage: 'eval',
  attempt: 2,
  folder: '/experiments/lr_s1',
  out: '/experiments/lr_s1/attempts/eval-2',
  log: '/experiments/lr_s1/attempts/eval-2/out.log',
  params: { lr: 0.1, layers: [8, 16] },
};

function run(command: string, options: Partial<ExecOptions> = {}): Promise<ExecOutcome> {
  return runExec(command, REQUEST, { cwd: newRunFolder().path, ...options });
}

/** What a program that prints this comes to. */
function printed(text: string): ExecOutcome {
  return readExecOutput(text, 'read.py');
}

function runOf(outcome: ExecOutcome): TrackedRun {
  expect(outcome.missing).toBe(undefined);
  return outcome.run ?? { series: new Map(), values: new Map(), notes: [] };
}

describe('a program', () => {
  test('gets the attempt as JSON on its standard input, and prints metrics and series', async () => {
    const program = [
      'import json, sys, os',
      'told = json.load(sys.stdin)',
      'print(json.dumps({"metrics": {"told": json.dumps(told), "folder": os.getcwd(), "nan": float("nan"), "ok": True},',
      '                  "series": {"loss": [[1, 0.5], [0, float("inf"), 1795600000.5]]}}))',
    ];
    const cwd = newRunFolder({ 'read results.py': program.join('\n') }).path;
    const found = runOf(await run("python3 'read results.py'", { cwd }));
    const { told, ...values } = valuesOf(found);
    expect(JSON.parse(String(told))).toEqual(REQUEST);
    expect(values).toEqual({ folder: cwd, nan: 'nan', ok: true });
    expect(pointsOf(found)).toEqual({
      loss: [
        [0, Infinity, 1795600000.5],
        [1, 0.5, NaN],
      ],
    });
  });

  test('may be a line for bash, and need not read its input', async () => {
    expect(valuesOf(runOf(await run(`printf '{"n": %d}' "$(( 6 * 7 ))"`)))).toEqual({ n: 42 });
  });

  test('that fails is reported with its status and the last lines that it printed', async () => {
    const { missing } = await run('for i in 1 2 3 4 5 6 7; do echo "line $i" >&2; done; echo "{}"; exit 3');
    expect(missing?.reason).toBe('failed');
    expect(missing?.said).toMatch(/ failed with exit status 3: line 3 \| line 4 \| line 5 \| line 6 \| line 7$/);
  });

  test('that fails without output, or by a signal, is reported so', async () => {
    expect((await run('exit 1')).missing?.said).toBe('exit 1 failed with exit status 1 without output');
    expect((await run('kill -SEGV $$')).missing?.said).toContain('was ended by SIGSEGV');
  });

  test('that does not exist is reported', async () => {
    expect((await run('no-such-program')).missing?.said).toMatch(/exit status 127: .*command not found$/);
  });

  test('that is not executable is reported', async () => {
    const folder = newRunFolder({ 'read.sh': '#!/bin/bash\necho {}\n' });
    chmodSync(join(folder.path, 'read.sh'), 0o644);
    expect((await run('./read.sh', { cwd: folder.path })).missing?.said).toMatch(
      /exit status 126: .*Permission denied$/,
    );
  });

  test('whose folder does not exist is reported', async () => {
    const { missing } = await run('true', { cwd: '/no/such/folder' });
    expect(missing?.said).toBe('true cannot start in /no/such/folder, which is not there');
  });

  test('that takes too long is ended, and all that it started too', async () => {
    const folder = newRunFolder();
    const { missing } = await run('sleep 600 & echo $! >pid; echo working >&2; wait', {
      cwd: folder.path,
      limitMs: 3000,
    });
    expect(missing?.reason).toBe('too_slow');
    expect(missing?.said).toMatch(/ was ended after 3 s, its time limit: working$/);
    const pid = readFileSync(join(folder.path, 'pid'), 'utf8').trim();
    await until(() => !isRunning(pid));
  });

  test('that started another in a session of its own leaves none of it behind', async () => {
    const folder = newRunFolder();
    const { missing } = await run(`setsid bash -c 'echo $$ >pid; sleep 600; :' & sleep 600`, {
      cwd: folder.path,
      limitMs: 3000,
    });
    expect(missing?.reason).toBe('too_slow');
    const pid = readFileSync(join(folder.path, 'pid'), 'utf8').trim();
    await until(() => !isRunning(pid));
  });

  test('that prints without end is ended', async () => {
    const { missing } = await run('yes "{"');
    expect(missing).toMatchObject({ reason: 'bad_file', said: 'yes "{" printed more than 16,777,216 characters' });
  });

  test('that complains without end is heard to the end', async () => {
    const { missing } = await run('yes no | head -c 21000000 >&2; echo last >&2; exit 1');
    expect(missing?.said).toMatch(/no \| no \| last$/);
  });

  test('is ended when the harvest is', async () => {
    const folder = newRunFolder();
    const stop = new AbortController();
    const outcome = run('echo $$ >pid; sleep 600', { cwd: folder.path, signal: stop.signal });
    await until(() => existsSync(join(folder.path, 'pid')) && readFileSync(join(folder.path, 'pid'), 'utf8') !== '');
    stop.abort(new Error('enough'));
    await expect(outcome).rejects.toThrow('enough');
    const pid = readFileSync(join(folder.path, 'pid'), 'utf8').trim();
    await until(() => !isRunning(pid));
    await expect(run('echo {}', { signal: stop.signal })).rejects.toThrow('enough');
  });
});

/** A zombie does not run. */
function isRunning(pid: string): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return false;
  return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

describe('what it prints', () => {
  test.each([
    ['{"acc": 0.9, "note": "text", "none": null}', { acc: 0.9, note: 'text' }],
    ['{"metrics": {"a": NaN, "b": -Infinity}}', { a: 'nan', b: '-inf' }],
    ['{"metrics": {"seed": 12345678901234567890}, "series": {}}', { seed: '12345678901234567890' }],
    ['{"metrics": 7, "series": "no"}', { metrics: 7, series: 'no' }],
    ['{"series": {"x": []}}', {}],
    ['{}\n', {}],
  ])('%s gives values', (text, values) => {
    expect(valuesOf(runOf(printed(text)))).toEqual(values);
  });

  test.each([
    ['', 'read.py printed nothing, but JSON is expected'],
    ['acc: 1', 'read.py printed no JSON: at line 1, column 1 expected a value, but found "a": acc: 1'],
    [
      '{"a": 1}\n{"b": 2}',
      'read.py printed no JSON: at line 2, column 1 there is more text after the end of the document: {"a": 1} {"b": 2}',
    ],
    ['[1]', 'the JSON that read.py printed: the document is a list of 1, but an object is expected'],
    [
      '{"a": {"b": 1}}',
      'the JSON that read.py printed: /a is an object, but a number, a text or a boolean is expected',
    ],
    ['{"metrics": {}, "acc": 1}', 'the JSON that read.py printed: /acc is beside metrics and series'],
    ['{"metrics": {}, "series": 1}', 'the JSON that read.py printed: /series is 1, but an object is expected'],
    [
      '{"series": {"x": 1}}',
      'the JSON that read.py printed: /series/x is 1, but a list of [step, value] or [step, value, time] is expected',
    ],
    [
      '{"series": {"x": [[0, 1], [1]]}}',
      'the JSON that read.py printed: /series/x/1 is a list of 1, but [step, value] or [step, value, time] is expected',
    ],
    [
      '{"series": {"x": [[0.5, 1]]}}',
      'the JSON that read.py printed: /series/x/0/0 is 0.5, but a whole number is expected',
    ],
    ['{"series": {"x": [[0, "1"]]}}', 'the JSON that read.py printed: /series/x/0/1 is "1", but a number is expected'],
    [
      '{"series": {"x": [[0, null]]}}',
      'the JSON that read.py printed: /series/x/0/1 is null, but a number is expected',
    ],
    [
      '{"series": {"x": [[0, 1, "now"]]}}',
      'the JSON that read.py printed: /series/x/0/2 is "now", but a time in seconds is expected',
    ],
  ])('%j is refused with the place', (text, said) => {
    expect(printed(text)).toEqual({ missing: { reason: 'bad_file', said } });
  });

  test('a text that is too long for a value is refused', () => {
    const { missing } = printed(JSON.stringify({ metrics: { 'a/b': 'x'.repeat(1001) } }));
    expect(missing?.said).toBe('the JSON that read.py printed: /metrics/a~1b is a text that is too long');
  });

  test('any JSON gives a run or words', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const { run: found, missing } = printed(text);
        expect(found === undefined).toBe(missing !== undefined);
      }),
    );
  });

  test('any text gives a run or words', () => {
    const parts = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      '1',
      'NaN',
      '-',
      '1e999',
      'metrics',
      'series',
      '\\',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(parts, fc.string())), (all) => {
        const { run: found, missing } = printed(all.join(''));
        expect(found === undefined).toBe(missing !== undefined);
      }),
    );
  });
});
