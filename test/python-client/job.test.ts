import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clientFolder, describeClient, runScript } from '../support/client-pythons.ts';

const JOB = `
import sheaf
class Scalar:  # as numpy and torch have them
    def item(self): return 0.25
for step in range(3):
    sheaf.log(loss=1 / (step + 1), val={"acc": Scalar()}, step=step)
sheaf.log({"val/f1": 0.5}, count=2)
sheaf.log(diverged=float("nan"), bound=float("-inf"), phase="warm-up", done=True, time=12.5)
try:
    sheaf.params["rate"] = 1
except TypeError:
    sheaf.log(rate=sheaf.params["rate"], is_read_only=True, layers=len(sheaf.params["layers"]), checkpoint=str(sheaf.checkpoint))
sheaf.log(stop=sheaf.stop_asked())
`;

describeClient('in a job', ({ program }) => {
  test('what the client logs is read as metrics, with steps, times and the parameters', async () => {
    const folder = clientFolder({
      'sheaf.yaml': 'scheduler: local\n',
      'job.py': JOB,
      'templates/t.yaml': `rate: 0.1
layers: [1, 2]
time_limit: 5
cpus_per_task: 1
mem: 200M
command: ${program} job.py
harvest:
  '*': {metrics: true}
`,
    });
    await folder.sheaf(['new', 't', 'a']);
    const submitted = await folder.sheaf(['submit', 'a', '--wait']);
    expect(submitted, submitted.stderr).toMatchObject({ exitCode: 0 });
    const { stdout } = await folder.sheaf(['export', '-', '--format', 'jsonl', '--columns', 'results.*']);
    expect(JSON.parse(stdout)).toEqual({
      loss: 1 / 3,
      'val.acc': 0.25,
      'val/f1': 0.5,
      count: 2,
      diverged: 'nan',
      bound: '-inf',
      phase: 'warm-up',
      done: true,
      time: 12.5,
      'results.rate': 0.1,
      is_read_only: true,
      'results.layers': 2,
      checkpoint: 'None',
      stop: false,
    });
    const lines = readFileSync(join(folder.path, 'experiments/a/attempts/train-1/metrics.jsonl'), 'utf8')
      .trim()
      .split('\n');
    const last: unknown = JSON.parse(lines[2] ?? '');
    expect(last).toMatchObject({ step: 2, _timestamp: expect.any(Number) });
    // Seconds since 1970, not milliseconds.
    expect(String((last as { _timestamp: number })._timestamp)).toMatch(/^\d{10}(?:\.|$)/);
  });
});

describeClient('outside a job', ({ program }) => {
  test('logging leaves no file, there are no parameters, and nothing asks to stop', async () => {
    const folder = clientFolder();
    const script = `
import json, os, sheaf
sheaf.log(loss=0.5, step=1)
print(json.dumps([dict(sheaf.params), sheaf.checkpoint, sheaf.stop_asked(), os.listdir()]))`;
    expect(await runScript(folder, program, script)).toEqual([{}, null, false, []]);
  });

  test('a value that is not one number is an error at once, not only in the job', async () => {
    const script = `
import json, sheaf
def said(value):
    try: sheaf.log(loss=value)
    except TypeError as error: return str(error)
print(json.dumps(said(object())))`;
    expect(await runScript(clientFolder(), program, script)).toBe(
      'sheaf.log takes numbers, texts and booleans, not object',
    );
  });

  test('a file that cannot be written is a warning, and the program goes on', async () => {
    const script = `
import json, sheaf, warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    sheaf.log(loss=1)
print(json.dumps([str(each.message) for each in caught]))`;
    const said = await runScript(clientFolder(), program, script, { SHEAF_METRICS: '/nonexistent/metrics.jsonl' });
    expect(said).toEqual([expect.stringContaining('sheaf.log cannot write to /nonexistent/metrics.jsonl')]);
  });

  test('32 processes that log at once tear no line', async () => {
    const folder = clientFolder();
    const script = `
import json, os, sheaf
readers = []
for process in range(32):
    if os.fork() == 0:
        for step in range(200):
            sheaf.log(process=process, text="x" * (step * 7), step=step)
        os._exit(0)
for _ in range(32):
    assert os.wait()[1] == 0
with open(os.environ["SHEAF_METRICS"]) as lines:
    seen = {(line["process"], line["step"], len(line["text"])) for line in map(json.loads, lines)}
print(json.dumps(seen == {(process, step, step * 7) for process in range(32) for step in range(200)}))`;
    const file = join(folder.path, 'metrics.jsonl');
    expect(await runScript(folder, program, script, { SHEAF_METRICS: file })).toBe(true);
    expect(existsSync(file)).toBe(true);
  });
});
