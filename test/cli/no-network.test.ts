import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sheafArgv } from '../support/sheaf-argv.ts';
import { testFolder } from '../support/run-sheaf.ts';
import { until } from '../support/until.ts';

const hasStrace = spawnSync('strace', ['-V']).status === 0;
if (!hasStrace)
  process.stderr.write('SKIPPED: that sheaf connects to nothing is not proved: strace is not installed\n');

const TEMPLATE = `learning_rate: 0.1
seed: 0
command: 'for step in 1 2 3; do echo "step $step loss=0.$step"; done'
harvest:
  loss: { log: 'step (?<step>\\d+) loss=(\\S+)', mode: min }
`;

/** From nothing to a figure, in the words of a user. */
const COMMANDS = [
  'init . --scheduler local',
  'run t',
  'sweep t --name s --grid learning_rate=0.1,0.2 --grid seed=1,2 --submit --yes',
  'status',
  'new t one',
  'submit one',
  'wait --sweep s',
  'harvest --all',
  'export table.parquet',
  'plot loss --sweep s --group-by learning_rate -o loss.svg',
  'plot loss --sweep s --group-by learning_rate -o loss.pdf',
  'doctor --install',
];

test.skipIf(!hasStrace)(
  'from init to a figure, sheaf and its jobs connect only to sockets of this machine',
  async () => {
    const folder = testFolder({ 'templates/t.yaml': TEMPLATE });
    const trace = join(folder.path, '../connects');
    // The tracer stays beside what the command leaves running: it must not be waited for.
    const strace = [
      'strace',
      '-D',
      '-f',
      '-ff',
      '--seccomp-bpf',
      '-qq',
      '-e',
      'trace=connect',
      '-e',
      'signal=none',
      '-o',
      trace,
    ] as const;
    const connects = (): string[] =>
      globSync(`${trace}.*`).flatMap((file) =>
        readFileSync(file, 'utf8')
          .split('\n')
          .filter((call) => call !== ''),
      );
    const toOthers = (): string[] => connects().filter((call) => !call.includes('sa_family=AF_UNIX'));
    for (const line of COMMANDS) {
      const ran = await folder.run([...strace, ...sheafArgv(), ...line.split(' ')]);
      expect(ran, `sheaf ${line}\n${ran.stderr}`).toMatchObject({ exitCode: 0 });
      expect(toOthers(), `sheaf ${line}`).toEqual([]);
    }
    // What does connect is seen.
    await folder.run([...strace, 'bash', '-c', 'echo > /dev/tcp/127.0.0.1/9']);
    await until(() => toOthers().length > 0);
  },
);
