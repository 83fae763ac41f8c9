import { expect, test } from 'vitest';
import { startInTerminal, type TerminalProgram } from '../support/in-terminal.ts';
import { testFolder, type TestFolder } from '../support/run-sheaf.ts';
import { sheafArgv } from '../support/sheaf-argv.ts';
import { emulate } from '../support/terminal.ts';
import { until } from '../support/until.ts';

const FILES = {
  'sheaf.yaml': 'scheduler: local\n',
  'templates/t.yaml': 'x: 1\ncommand: |\n  while [ ! -e "$SHEAF_OUT/go" ]; do sleep 0.1; done\n',
};

const ENTER = '\u001b[?1049h';
const LEAVE = '\u001b[?7h\u001b[?25h\u001b[?1049l';

/** A project with an experiment that runs until it is cancelled. */
async function runningProject(): Promise<TestFolder> {
  const folder = testFolder(FILES);
  await folder.sheaf(['new', '--exp-id', 'long', '--template', 't']);
  await folder.sheaf(['submit', 'long']);
  return folder;
}

function watch({ path, env }: TestFolder, more: Readonly<Record<string, string>> = {}): TerminalProgram {
  return startInTerminal([...sheafArgv(), 'status', '--watch', '--no-color'], { cwd: path, env: { ...env, ...more } });
}

function timesIn(text: string, part: string): number {
  return text.split(part).length - 1;
}

test('status --watch has a screen of its own, through a stop and a new size, and leaves the last state behind', async () => {
  const folder = await runningProject();
  const program = watch(folder);
  await until(() => emulate(program.output(), 80, 24).lines.some((line) => /^● {2}long/.test(line)));
  program.resize(40, 10);
  await until(() => /running/.test(emulate(program.output().split(ENTER).at(-1) ?? '', 40, 10).lines[2] ?? ''));
  // The terminal does not print what one types.
  program.type('typed\r\r');
  // Ctrl-Z.
  program.type('\u001a');
  await until(() => program.output().includes(LEAVE));
  program.signal('SIGCONT');
  await until(() => timesIn(program.output(), ENTER) === 2);
  const resumed = program.output().length;
  await until(() => program.output().slice(resumed).includes('long'));
  await folder.sheaf(['cancel', 'long', '--yes']);
  await until(() => emulate(program.output(), 40, 10).lines[0]?.startsWith('Nothing is active: 1 cancelled'));
  // Ctrl-C.
  program.type('\u0003');
  expect(await program.ended).toBe(130);
  expect(program.output()).not.toMatch(/typed|\u001b\[2J/);
  expect(program.output().split(LEAVE).at(-1)).toBe(
    'Nothing is active: 1 cancelled\r\nStopped watching. The jobs continue.\r\n',
  );
});

test('whatever ends status --watch gives the terminal back', async () => {
  const folder = await runningProject();
  const ends = [
    ['SIGTERM', 130],
    ['SIGHUP', -1],
    // A bug: an error that nothing catches.
    ['SIGUSR2', 1],
  ] as const;
  const bug = "data:text/javascript,process.on('SIGUSR2',()=>{throw(new(Error)('broken'))})";
  const programs = ends.map(([signal, code]) => {
    return { signal, code, program: watch(folder, { NODE_OPTIONS: `--import=${bug}` }) };
  });
  for (const { signal, code, program } of programs) {
    await until(() => program.output().includes('running'));
    program.signal(signal);
    expect({ signal, code: await program.ended }).toEqual({ signal, code });
    const output = program.output();
    expect({ signal, entered: timesIn(output, ENTER), left: timesIn(output, LEAVE) }).toEqual({
      signal,
      entered: 1,
      left: 1,
    });
  }
});

test('status --watch prints only what changed in a pipe', async () => {
  const folder = await runningProject();
  const program = startInTerminal(['sh', '-c', 'sheaf status --watch | cat'], { cwd: folder.path, env: folder.env });
  await until(() => program.output().includes('long\ttrain\trunning\t\r\n'));
  await folder.sheaf(['cancel', 'long', '--yes']);
  await until(() => program.output().includes('Nothing is active: 1 cancelled\r\n'));
  expect(timesIn(program.output(), 'long\ttrain\trunning\t\r\n')).toBe(1);
  expect(program.output()).not.toContain('\u001b');
});
