import { expect, test } from 'vitest';
import { CLIENT, clientFolder, describeClient, runScript } from '../support/client-pythons.ts';
import { playSite } from '../support/slurm-player/player.ts';

const FILES = {
  'sheaf.yaml': 'scheduler: local\n',
  'templates/t.yaml': `lr: 0.1
time_limit: 5
cpus_per_task: 1
mem: 100M
command: echo {{ flags }}
`,
};

describeClient('a project', ({ program }) => {
  test('submits, waits and reports through the command', async () => {
    const folder = clientFolder(FILES);
    const script = `
import json, sheaf
project = sheaf.project(".")
project.call("new", "t", "a")
project.call("sweep", "t", "s", grid=["lr=0.1,0.2"], id="s{lr}")
planned = project.submit("a", dry_run=True)["scripts"]
submitted = project.submit(query="exp_id = a")["submissions"]
project.submit(sweep="s", max_parallel=1, set={"mem": "120M"})
project.call("wait", "a", "s0.1", "s0.2")
again = project.submit("a")["nothing_to_do"]
print(json.dumps([
    [script["exp_ids"] for script in planned], submitted[0]["outcome"], again, project.status()["counts"],
]))`;
    expect(await runScript(folder, program, script)).toEqual([
      [['a']],
      'accepted',
      [{ exp_id: 'a', why: 'already completed' }],
      { completed: 3 },
    ]);
  });

  test('an error has the code, the reason and the remedy of the command', async () => {
    const script = `
import json, sheaf, sys
sys.modules["pandas"] = None  # as if it were not installed
def said(call):
    try: call()
    except sheaf.SheafError as error: return [error.code, error.message, error.fix]
project = sheaf.project(".")
print(json.dumps([
    said(lambda: project.submit("b")),
    said(lambda: project.status("lr =")),
    said(lambda: sheaf.project("/").status()),
    said(lambda: sheaf.project(".", command="no-sheaf").status()),
    said(lambda: project.runs()),
]))`;
    expect(await runScript(clientFolder(FILES), program, script)).toEqual([
      ['experiment.unknown', 'there is no experiment "b"', expect.stringContaining('sheaf')],
      ['query.syntax', expect.any(String), expect.any(String)],
      ['project.none', 'there is no sheaf project in / or above it', expect.stringContaining('sheaf init')],
      ['client.command', 'there is no program no-sheaf', expect.stringContaining('pip install sheaf-slurm')],
      ['client.package', 'there is no Python package pandas here', 'pip install pandas pyarrow'],
    ]);
  });

  test('what the scheduler refuses is an error with its words', async () => {
    const cluster = await playSite('farmshare', {
      'sheaf.yaml': 'scheduler: slurm\n',
      'templates/t.yaml':
        'lr: 0.1\npartition: normal\ncpus_per_task: 1\nmem: 1G\ntime_limit: 60\ncommand: echo {{ flags }}\n',
    });
    await cluster.sheaf(['new', 't', 'a']);
    cluster.breakProgram(
      'sbatch',
      'sbatch: error: Batch job submission failed: Invalid account or account/partition combination specified\n',
    );
    const script = `
import json, sheaf
try: said = sheaf.project(".").submit("a")
except sheaf.SheafError as error: said = [error.code, error.said]
print(json.dumps(said))`;
    const env = { ...cluster.env, PYTHONPATH: CLIENT };
    expect(await runScript(cluster.folder, program, script, env)).toEqual([
      'submit.refused',
      expect.stringContaining('Invalid account'),
    ]);
  });

  test('what sheaf refuses to submit is an error, and what one must know to read an answer a warning', async () => {
    const folder = clientFolder({ ...FILES, 'templates/big.yaml': 'mem: 900T\ncommand: "true"\ncpus_per_task: 1\n' });
    const script = `
import json, sheaf, warnings
project = sheaf.project(".")
project.call("new", "big", "b")
try: refused = project.submit("b")
except sheaf.SheafError as error: refused = error.code
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    project.call("list", where="rate = 1")
print(json.dumps([refused, [str(each.message) for each in caught]]))`;
    expect(await runScript(folder, program, script)).toEqual(['resources.mem', [expect.stringContaining('"rate"')]]);
  });
});
