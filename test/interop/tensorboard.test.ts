/** The real TensorBoard shows just the runs that were asked for, by both of its loaders. */
import { spawn } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { describeInterop } from '../support/interop.ts';
import { freePort } from '../support/mlflow-server.ts';
import { testFolder, type TestFolder } from '../support/run-sheaf.ts';
import { sheafArgv } from '../support/sheaf-argv.ts';
import { until } from '../support/until.ts';

const PROJECT = 'project: vision\nscheduler: local\nintegrations: {tensorboard: true}\n';
const WRITE = `
import os, sys
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.event_file_writer import EventFileWriter
for folder in sys.argv[1:]:
    writer = EventFileWriter(folder)
    for step in range(3):
        value = Summary.Value(tag='loss', simple_value=1 / (step + 1))
        writer.add_event(Event(wall_time=1.7e9 + step, step=step, summary=Summary(value=[value])))
    writer.close()
`;
const TEMPLATE = `kind: plain
command: |
  [ "$TENSORBOARD_LOGGING_DIR" = "$SHEAF_TENSORBOARD" ] || exit 9
  case {{ kind }} in
    plain) python3 "$SHEAF_PROJECT/write.py" "$SHEAF_TENSORBOARD" ;;
    parts) python3 "$SHEAF_PROJECT/write.py" "$SHEAF_TENSORBOARD/train" "$SHEAF_TENSORBOARD/validation" ;;
    none) ;;
  esac
`;

describeInterop('TensorBoard', (python) => {
  const withPython = (project: TestFolder): Record<string, string> => ({
    ...project.env,
    PATH: `${python.bin}:${project.env['PATH'] ?? ''}`,
  });

  async function ranProject(): Promise<TestFolder> {
    const project = testFolder({ 'sheaf.yaml': PROJECT, 'templates/t.yaml': TEMPLATE, 'write.py': WRITE });
    const env = withPython(project);
    for (const [name, kind] of Object.entries({
      one: 'plain',
      two: 'plain',
      parts: 'parts',
      empty: 'none',
      other: 'plain',
    }))
      await project.sheaf(['new', '--template', 't', '--exp-id', name, '--kind', kind], { env });
    await project.sheaf(['submit', '--where', 'status = created', '--yes'], { env });
    expect(await project.sheaf(['wait', '--where', 'status in (queued, running, completed)'], { env })).toMatchObject({
      exitCode: 0,
    });
    return project;
  }

  test('it shows exactly those experiments by their names, through the links', async () => {
    const project = await ranProject();
    const dry = await project.sheaf(['tensorboard', 'one', 'two', 'parts', 'empty', '--dry-run', '--json']);
    const { data } = JSON.parse(dry.stdout) as { data: { runs: Record<string, string>; without: string[] } };
    expect(data.without).toEqual(['empty']);
    expect(Object.keys(data.runs).toSorted()).toEqual(['one', 'parts/train', 'parts/validation', 'two']);
    for (const command of [[join(python.bin, 'tensorboard')], [join(python.bin, 'tensorboard'), '--load_fast=false']]) {
      writeFileSync(
        join(project.path, 'sheaf.yaml'),
        `project: vision\nscheduler: local\nintegrations: {tensorboard: {command: ${JSON.stringify(command)}}}\n`,
      );
      const board = await started(project, ['one', 'two', 'parts', 'empty'], withPython(project));
      expect(board.said()).toContain('1 experiment without event files and without harvested series: empty');
      expect(await board.runs(4)).toEqual(['one', 'parts/train', 'parts/validation', 'two']);
      const tags = await (await fetch(`${board.url}data/plugin/scalars/tags`)).json();
      expect(Object.keys(tags as object).toSorted()).toEqual(['one', 'parts/train', 'parts/validation', 'two']);
      expect(await board.end()).toBe(130);
      expect(linkFolders(project)).toEqual([]);
    }
  }, 240_000);

  test('a missing program is reported, with what to do', async () => {
    const project = await ranProject();
    writeFileSync(
      join(project.path, 'sheaf.yaml'),
      'project: vision\nscheduler: local\nintegrations: {tensorboard: {command: ./none/tensorboard}}\n',
    );
    const { exitCode, stderr } = await project.sheaf(['tensorboard', 'one']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('./none/tensorboard cannot be started: there is no such program');
    expect(stderr).toContain('pip install tensorboard');
    expect(linkFolders(project)).toEqual([]);
  }, 120_000);

  test('there must be something to show', async () => {
    const project = testFolder({ 'sheaf.yaml': PROJECT, 'templates/t.yaml': TEMPLATE });
    await project.sheaf(['new', '--template', 't', '--exp-id', 'one']);
    const { exitCode, stderr } = await project.sheaf(['tensorboard', 'one']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('none of these experiments has left event files');
  });
});

function linkFolders(project: TestFolder): string[] {
  const local = join(dirname(project.path), 'local');
  return readdirSync(local, { recursive: true, encoding: 'utf8' }).filter((path) => /tensorboard-\w+$/.test(path));
}

interface Board {
  readonly url: string;
  readonly said: () => string;
  /** Names of the runs, once it knows this many. */
  runs(count: number): Promise<string[]>;
  /** Ctrl-C. @returns the exit status */
  end(): Promise<number | null>;
}

async function started(
  project: TestFolder,
  names: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Board> {
  const [node, ...main] = sheafArgv();
  const port = await freePort();
  const child = spawn(node, [...main, 'tensorboard', ...names, '--port', String(port)], {
    cwd: project.path,
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const url = await Promise.race([
    until(() => /at (http:\/\/127\.0\.0\.1:\d+\/)/.exec(said)?.[1]),
    ended.then((status) => Promise.reject(new Error(`it ended with ${status}: ${said}`))),
  ]);
  return {
    url,
    said: () => said,
    runs: (count) =>
      until(async () => {
        const runs = (await (await fetch(`${url}data/runs`)).json()) as string[];
        return runs.length >= count ? runs.toSorted() : undefined;
      }),
    end: () => {
      child.kill('SIGINT');
      return ended;
    },
  };
}
