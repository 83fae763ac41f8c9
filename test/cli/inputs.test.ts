import { readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { testFolder, type TestFolder } from '../support/run-sheaf.ts';

const TEMPLATE = `set: small
inputs: {train: "data/{{ set }}"}
command: cat "$SHEAF_INPUT_train/a.txt"
`;

/** A project with two sets of data whose files are from 2001. */
function dataProject(template = TEMPLATE): TestFolder {
  const folder = testFolder({
    'sheaf.yaml': 'scheduler: local\ncode: live\n',
    'templates/t.yaml': template,
    'data/small/a.txt': 'small\n',
    'data/large/a.txt': 'large\n',
    'data/large/b.txt': 'more\n',
  });
  for (const name of ['small/a.txt', 'large/a.txt', 'large/b.txt'])
    utimesSync(join(folder.path, 'data', name), 1e9, 1e9);
  return folder;
}

async function readJson(folder: TestFolder, ...words: string[]): Promise<{ readonly inputs: readonly object[] }> {
  const { stdout } = await folder.sheaf([...words, '--json']);
  return (JSON.parse(stdout) as { data: { inputs: object[] } }).data;
}

/** What events of the journal say of what attempts read. */
function recordedEvents({ path }: TestFolder): { readonly attempts: readonly object[]; readonly inputs: object }[] {
  const journal = join(path, '.sheaf/journal');
  return readdirSync(journal)
    .flatMap((name) => readFileSync(join(journal, name), 'utf8').trim().split('\n'))
    .map((line) => JSON.parse(line) as { type: string; attempts: object[]; inputs: object })
    .filter(({ type }) => type === 'fingerprinted');
}

describe('inputs', () => {
  test('that are missing end a command before anything is made or submitted, with the path and who names it', async () => {
    const folder = dataProject();
    const run = await folder.sheaf(['run', 't', 'r', '--set', 'set=tiny']);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain(`error: there is no ${folder.path}/data/tiny\n`);
    expect(run.stderr).toContain('why  inputs.train of r names it\n');
    expect(run.stderr).toContain('walk: job');
    const sweep = await folder.sheaf(['run', 't', 's', '--grid', 'set=small,tiny,huge', '--yes']);
    expect(sweep.stderr.match(/there is no /g)).toHaveLength(2);
    expect((await folder.sheaf(['list', '--json'])).stdout).not.toContain('exp_id');
    const dry = await folder.sheaf(['run', 't', 'r', '--set', 'set=tiny', '--dry-run']);
    expect(dry.stderr).toContain(`there is no ${folder.path}/data/tiny`);
  });

  test('are recorded once for all members of a sweep that read the same, and the program finds their paths', async () => {
    const folder = dataProject(`x: 1\n${TEMPLATE}`);
    const { exitCode } = await folder.sheaf(['run', 't', 's', '--grid', 'x=1,2', '--grid', 'set=small,large', '--yes']);
    expect(exitCode).toBe(0);
    const events = recordedEvents(folder);
    expect(events.map(({ attempts }) => attempts.length)).toEqual([2, 2]);
    expect((await folder.sheaf(['logs', 's_x1_setlarge'])).stdout).toContain('large');
  });

  test('of two runs are compared, and show says whether they are still the same', async () => {
    const folder = dataProject();
    await folder.sheaf(['run', 't', 'a']);
    await folder.sheaf(['run', 't', 'b', '--set', 'set=large']);
    await folder.sheaf(['run', 't', 'c']);
    expect((await folder.sheaf(['diff', 'a', 'c'])).stdout).toContain('Data\n  train  the same\n');
    expect((await folder.sheaf(['diff', 'a', 'b'])).stdout).toContain('  train  changed: 1 file more, 5 bytes more\n');
    expect((await folder.sheaf(['compare', 'a', 'c', 'b'])).stdout).toMatch(
      /^data train\s+1 file, 6 bytes\s+the same\s+changed: 1 file more, 5 bytes more$/m,
    );
    expect(await readJson(folder, 'diff', 'a', 'b')).toMatchObject({
      inputs: [
        { name: 'train', before: { files: 1 }, after: { files: 2 }, change: { kind: 'changed', files: 1, bytes: 5 } },
      ],
    });
    expect((await folder.sheaf(['show', 'a'])).stdout).toMatch(
      /Data\n {2}train {2}\/.*\/data\/small · 1 file, 6 bytes · newest change 2001-09-0\d .* · listing \w{12} · the same now\n/,
    );

    writeFileSync(join(folder.path, 'data/small/new.txt'), 'new\n');
    expect((await folder.sheaf(['show', 'a'])).stdout).toContain('changed since: 1 file newer');
    const rerun = await folder.sheaf(['rerun', 'a']);
    expect(rerun.stderr).toContain(`inputs.train of a (${folder.path}/data/small): changed since: 1 file newer`);
    await folder.sheaf(['run', 't', 'd']);
    expect((await folder.sheaf(['diff', 'a', 'd'])).stdout).toMatch(
      /train {2}changed: 1 file more, 4 bytes more, newest change 20/,
    );
    rmSync(join(folder.path, 'data/small'), { recursive: true });
    expect(await readJson(folder, 'show', 'a')).toMatchObject({ inputs: [{ name: 'train', now: { kind: 'gone' } }] });
  });

  test('that are left to the job are walked beside its program, and recorded when it has ended', async () => {
    const folder = dataProject(`set: small
inputs:
  train: {path: "data/{{ set }}", walk: job, hash: content}
  val.set: data/large
command: cat "$SHEAF_INPUT_val_set/b.txt" "$SHEAF_INPUT_train/a.txt"
`);
    expect(await folder.sheaf(['run', 't', 'a'])).toMatchObject({ exitCode: 0 });
    await folder.sheaf(['run', 't', 'b']);
    expect(await readJson(folder, 'show', 'a')).toMatchObject({
      inputs: [
        { name: 'val.set', files: 2, content: null, incomplete: null },
        { name: 'train', files: 1, bytes: 6, newest_change: '2001-09-09T01:46:40.000Z', content: expect.any(String) },
      ],
    });
    expect((await folder.sheaf(['diff', 'a', 'b'])).stdout).toContain('  train    the same\n');
    expect((await folder.sheaf(['compare', 'a', 'b'])).stdout).toMatch(/^data train\s+1 file, 6 bytes\s+the same$/m);
    writeFileSync(join(folder.path, 'data/small/new.txt'), 'new\n');
    expect((await folder.sheaf(['rerun', 'a'])).stderr).toMatch(
      /inputs\.train of a \(.*\): changed since: 1 file newer/,
    );
    rmSync(join(folder.path, 'data/small'), { recursive: true });
    // Perhaps only jobs can see it.
    expect((await folder.sheaf(['rerun', 'a'])).stderr).not.toContain('inputs.train');

    const gone = await folder.sheaf(['run', 't', 'c', '--set', 'set=tiny']);
    expect(gone.exitCode).toBe(1);
    expect(gone.stdout).toMatch(/^✗ c · failed · .*there is no data\/tiny, which inputs.train names/m);
    const { attempts } = JSON.parse((await folder.sheaf(['show', 'c', '--json'])).stdout).data as {
      attempts: readonly { readonly exit_code: number }[];
    };
    expect(attempts.map((attempt) => attempt.exit_code)).toEqual([78]);
  });

  test('that are left to the job are recorded even if its program ends before the walk begins', async () => {
    const folder = dataProject('inputs: {train: {path: data/small, walk: job}}\ncommand: "true"\n');
    const slow = '#!/bin/bash\n[[ $* != *lib/inputs-* ]] || sleep 1\nexec /usr/bin/timeout "$@"\n';
    writeFileSync(join(folder.path, '../bin/timeout'), slow, { mode: 0o755 });
    await folder.sheaf(['run', 't', 'a']);
    expect(await readJson(folder, 'show', 'a')).toMatchObject({ inputs: [{ name: 'train', files: 1 }] });
    expect(readdirSync(join(folder.path, 'experiments/a/attempts/train-1'))).not.toContain('.inputs');
  });

  test('with a hash of their contents are compared by it when only times differ', async () => {
    const folder = dataProject('inputs: {train: {path: data/small, hash: content}}\ncommand: echo\n');
    const file = join(folder.path, 'data/small/a.txt');
    await folder.sheaf(['run', 't', 'a']);
    utimesSync(file, 1.1e9, 1.1e9);
    expect((await folder.sheaf(['show', 'a'])).stdout).toContain('the same content, written again at other times\n');
    expect((await folder.sheaf(['rerun', 'a'])).stderr).not.toContain('inputs.train');
    writeFileSync(file, 'SMALL\n');
    expect((await folder.sheaf(['show', 'a'])).stdout).toContain(' · the content changed\n');
    expect((await folder.sheaf(['rerun', 'a'])).stderr).toContain('data/small): the content changed');
    expect(await readJson(folder, 'show', 'a')).toMatchObject({
      inputs: [{ now: { kind: 'other_content', why: null } }],
    });
  });

  test('that cannot be read are reported without advice for slow ones', async () => {
    // Reading it is an error, for any user.
    const folder = dataProject('inputs: {train: {path: /proc/self/mem, hash: content}}\ncommand: echo\n');
    const { stderr } = await folder.sheaf(['run', 't', 'a']);
    expect(stderr).toContain('inputs.train was not read to its end: 1 file cannot be read');
    expect(stderr).toContain('find -H /proc/self/mem ! -readable');
    expect(stderr).not.toContain('walk: job');
  });

  test('with a line break in their paths get an error that says so', async () => {
    const folder = dataProject('inputs: {train: "data\\nsmall"}\ncommand: echo\n');
    expect((await folder.sheaf(['new', 't', 'x'])).stderr).toContain('must be a path on one line, or a map');
  });

  test('with a name that is a parameter of an older template get an error that says how to keep it', async () => {
    const folder = dataProject('inputs: 3\ncommand: echo {{ inputs }}\n');
    const { stderr, exitCode } = await folder.sheaf(['new', 't', 'x']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('params: {inputs: …}');
  });
});
