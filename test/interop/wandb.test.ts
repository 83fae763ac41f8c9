/**
 * Offline runs that the real W&B wrote in real jobs are listed, and sent once. W&B's server is not available in a test: a
 * stand-in for the program `wandb` notes what it was asked, and leaves the mark that the real one leaves.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeInterop, type Python } from '../support/interop.ts';
import { testFolder, type TestFolder } from '../support/run-sheaf.ts';

const PROJECT = `project: vision
scheduler: local
integrations:
  wandb: {project: "it's vision", entity: team, mode: offline, tags: [paper]}
`;
const TEMPLATE = `learning_rate: 0.1
command: |
  python3 - <<'END'
  import wandb
  with wandb.init() as run:
      run.log({"loss": 0.5})
  END
`;

/** What the file of an offline run says of itself. */
const READ = `
import json, struct, sys
from wandb.proto.wandb_internal_pb2 import Record
# The format is that of LevelDB's log after seven bytes: blocks of 32 KiB, records of a checksum, a length and a type.
def records(data):
    at, whole = 7, b''
    while at + 7 <= len(data):
        if 32768 - at % 32768 < 7:
            at += 32768 - at % 32768
        _, length, kind = struct.unpack_from('<IHB', data, at)
        whole += data[at + 7 : at + 7 + length]
        at += 7 + length
        if kind in (1, 4):
            record = Record()
            record.ParseFromString(whole)
            whole = b''
            yield record
found = []
for path in sys.argv[1:]:
    run = next(r.run for r in records(open(path, 'rb').read()) if r.WhichOneof('record_type') == 'run')
    found.append({'id': run.run_id, 'project': run.project, 'entity': run.entity, 'group': run.run_group,
                  'name': run.display_name, 'tags': list(run.tags)})
print(json.dumps(found))
`;

/** Sends nothing anywhere. */
const STAND_IN = `#!/bin/sh
echo "stand-in for wandb, which sends nothing: $*" | tee -a "$STAND_IN_CALLS"
shift
[ -z "$STAND_IN_FAILS" ] || { echo "wandb: ERROR The API key is wrong" >&2; exit 0; }
for path; do for file in "$path"/run-*.wandb; do : > "$file.synced"; done; done
`;

interface Line {
  readonly exp_id: string;
  readonly kind: string;
  readonly path: string;
  readonly run_id: string;
  readonly said: string | null;
}

describeInterop('W&B', (python) => {
  test('a job tells W&B its project, entity, group, tags and id; its offline runs are sent, each once', async () => {
    const project = testFolder({ 'sheaf.yaml': PROJECT, 'templates/vision.yaml': TEMPLATE });
    const env = withPrograms(python, project);
    const sheaf: TestFolder['sheaf'] = (words, more = {}) =>
      project.sheaf(words, { ...more, env: { ...env, ...more.env } });
    const grid = ['--grid', 'learning_rate=0.1,0.2'];
    await sheaf(['sweep', '--template', 'vision', '--name', 'lrs', ...grid, '--tags', 'lr', '--yes']);
    await sheaf(['submit', '--sweep', 'lrs', '--yes']);
    expect(await sheaf(['wait', '--sweep', 'lrs'])).toMatchObject({ exitCode: 0 });

    const listed = await synced(sheaf, ['--dry-run']);
    expect(listed.lines.map(({ kind }) => kind)).toEqual(['waiting', 'waiting']);
    const files = listed.lines.map(({ path, run_id: id }) => join(project.path, path, `run-${id}.wandb`));
    const runs = (await python.json(READ, files)) as { id: string; name: string }[];
    expect(runs).toEqual(
      listed.lines.map(({ exp_id: name, run_id: id }) => ({
        id,
        name,
        project: "it's vision",
        entity: 'team',
        group: 'lrs',
        tags: expect.arrayContaining(['paper', 'lr']) as string[],
      })),
    );
    expect(runs.every(({ id }) => id.endsWith('-train'))).toBe(true);

    const failed = await synced(sheaf, [], { STAND_IN_FAILS: '1' });
    expect(failed.exitCode).toBe(1);
    expect(failed.lines.map(({ kind }) => kind)).toEqual(['failed', 'failed']);
    expect(failed.lines[0]?.said).toContain('The API key is wrong');

    expect((await synced(sheaf, [])).lines.map(({ kind }) => kind)).toEqual(['synced', 'synced']);
    expect((await synced(sheaf, [])).lines.map(({ kind }) => kind)).toEqual(['already', 'already']);
    const calls = readFileSync(join(project.path, 'calls'), 'utf8').trim().split('\n');
    expect(calls).toHaveLength(4);
    for (const { path } of listed.lines) expect(calls.filter((call) => call.includes(path))).toHaveLength(2);
  }, 240_000);

  test('the real program skips runs with the mark, and leaves no mark if it could not send', async () => {
    const project = testFolder({ 'sheaf.yaml': PROJECT, 'templates/vision.yaml': TEMPLATE });
    const env = { PATH: `${python.bin}:${project.env['PATH'] ?? ''}`, WANDB_BASE_URL: 'http://127.0.0.1:1' };
    const sheaf: TestFolder['sheaf'] = (words, more = {}) => project.sheaf(words, { ...more, env });
    await sheaf(['new', '--template', 'vision', '--exp-id', 'one']);
    await sheaf(['submit', 'one']);
    await sheaf(['wait', 'one']);
    const { lines, exitCode } = await synced(sheaf, []);
    expect(lines).toMatchObject([{ exp_id: 'one', kind: 'failed' }]);
    expect(lines[0]?.said).not.toBe('');
    expect(exitCode).toBe(1);
    const [line] = lines;
    const path = line?.path ?? '';
    writeFileSync(join(project.path, path, `run-${line?.run_id}.wandb.synced`), '');
    const real = await project.run(['wandb', 'sync', '--dry-run', join(project.path, path)], { env });
    expect(real.stderr + real.stdout).toContain('Skipped 1 synced run(s)');
    expect((await synced(sheaf, [])).lines).toMatchObject([{ kind: 'already' }]);
  }, 240_000);
});

async function synced(
  sheaf: TestFolder['sheaf'],
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ lines: readonly Line[]; exitCode: number | null }> {
  const { stdout, exitCode } = await sheaf(['export', '--to', 'wandb', '--json', ...words], { env });
  const { data } = JSON.parse(stdout) as { data: Line[] };
  return { lines: data.toSorted((a, b) => a.exp_id.localeCompare(b.exp_id)), exitCode };
}

/** The Python for the jobs, and before it the stand-in. */
function withPrograms({ bin }: Python, project: TestFolder): Record<string, string> {
  const folder = join(project.path, '../stand-in');
  mkdirSync(folder);
  writeFileSync(join(folder, 'wandb'), STAND_IN, { mode: 0o755 });
  return {
    PATH: `${folder}:${bin}:${project.env['PATH'] ?? ''}`,
    STAND_IN_CALLS: join(project.path, 'calls'),
  };
}
