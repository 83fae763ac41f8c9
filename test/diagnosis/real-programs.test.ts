import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { diagnose, type Diagnosis } from '../../src/core/diagnosis/diagnosis.ts';

let folder: string;

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'sheaf-why-')));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a shell command and says why it failed. */
function whyFails(command: string): Diagnosis | undefined {
  const { status, signal, stdout, stderr } = spawnSync('bash', ['-c', command], {
    cwd: folder,
    encoding: 'latin1',
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', HOME: folder },
  });
  expect({ command, signal }).toEqual({ command, signal: null });
  return diagnose({ cause: 'exit_code', exitCode: status ?? 0, root: folder }, [
    { file: 'out.log', firstLine: 1, lines: stdout.split('\n') },
    { file: 'err.log', firstLine: 1, lines: stderr.split('\n') },
  ]);
}

/** Runs a Python program of this text, `train.py`. */
function python(text: string, words = ''): Diagnosis | undefined {
  writeFileSync(join(folder, 'train.py'), text);
  return whyFails(`python3 train.py ${words}; exit`);
}

const PROGRAMS: readonly (readonly [what: string, text: string, code: string, says: string | RegExp])[] = [
  [
    'a module that is not there',
    'import os\nimport flash_attnx.ops',
    'module_missing',
    'Python has no module flash_attnx (train.py:2)',
  ],
  ['a missing key', 'def lr(c):\n    return c["lr"]\n\nlr({})', 'key_missing', "no such key: 'lr' (train.py:2)"],
  ['a missing file', 'open("data/train.bin")', 'file_missing', 'no such file: data/train.bin (train.py:1)'],
  ['code that Python cannot read', 'x = (1,\ny = 2', 'syntax', /^Python cannot read the code: .* \(train\.py:1\)$/],
  ['a wrong indent', 'def f():\nreturn 1', 'syntax', /^Python cannot read the code: .*indent.* \(train\.py:2\)$/],
  ['an assertion', 'assert 1 == 2, "one is not two"', 'assertion', 'an assertion failed: one is not two (train.py:1)'],
  ['endless recursion', 'def f(): f()\nf()', 'recursion', 'a function called itself too often (train.py:1)'],
  [
    'a memory limit',
    'import resource\nresource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))\nx = bytearray(8 << 30)',
    'memory_refused',
    'no memory was left on the host (train.py:3)',
  ],
  [
    'too many open files',
    'import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (20, 20))\nfiles = [open("/dev/null") for _ in range(30)]',
    'too_many_files',
    'it had too many files open at once (train.py:3)',
  ],
  [
    'a full disk',
    'f = open("/dev/full", "w", buffering=1)\nf.write("x\\n")',
    'disk_full',
    'the disk is full (train.py:2)',
  ],
  [
    'a port in use',
    'import socket\na, b = socket.socket(), socket.socket()\na.bind(("127.0.0.1", 0)); a.listen()\nb.bind(a.getsockname())',
    'port_in_use',
    'the port is in use on the node (train.py:4)',
  ],
  [
    'nobody who answers',
    'import socket\na = socket.socket(); a.bind(("127.0.0.1", 0))\nsocket.create_connection(a.getsockname())',
    'connection_refused',
    'nothing answers where it wanted to connect (train.py:3)',
  ],
  [
    'a host that does not exist',
    'import socket\nsocket.create_connection(("nobody.invalid", 80))',
    'no_network',
    'the network could not be reached (train.py:2)',
  ],
  [
    'a missing column',
    'import sqlite3\nd = sqlite3.connect(":memory:"); d.execute("CREATE TABLE t (a)")\nd.execute("SELECT label FROM t")',
    'column_missing',
    'no such column: label (train.py:3)',
  ],
  [
    'an empty pickle',
    'import pickle\npickle.loads(b"")',
    'checkpoint_broken',
    'a saved file is broken or not whole (train.py:2)',
  ],
  [
    'a library that is not there',
    'import ctypes\nctypes.CDLL("libcudnn_nowhere.so.9")',
    'library_missing',
    'the library libcudnn_nowhere.so.9 was not found (train.py:2)',
  ],
  [
    'a loss of nan',
    'loss = float("nan")\nraise SystemError(f"loss is {loss} at step 3")',
    'loss_nan',
    'its numbers became NaN or infinite (train.py:2)',
  ],
  [
    'an exception that no rule knows',
    'import json\n\njson.loads("{")',
    'exception',
    /^json\.decoder\.JSONDecodeError: .* \(train\.py:3\)$/,
  ],
  [
    'an exception while another one is handled',
    'try:\n    {}["a"]\nexcept KeyError:\n    raise ValueError("no a in the configuration")',
    'exception',
    'ValueError: no a in the configuration (train.py:4)',
  ],
  [
    'an exception after one that it lived through',
    'import traceback\ntry:\n    open("cache")\nexcept OSError:\n    traceback.print_exc()\n{}["a"]',
    'key_missing',
    "no such key: 'a' (train.py:6)",
  ],
  [
    'trouble in the clean-up after it',
    'class C:\n    def __del__(self): raise OSError("ignored")\nc = C()\nraise RuntimeError("the real one")',
    'exception',
    'RuntimeError: the real one (train.py:4)',
  ],
  [
    'a worker process that dies',
    'import os\nfrom concurrent.futures import ProcessPoolExecutor\nif __name__ == "__main__":\n    with ProcessPoolExecutor(1) as pool: pool.submit(os._exit, 9).result()',
    'worker_died',
    'a worker process died (train.py:4)',
  ],
  [
    'an exception behind a progress bar in colours',
    'import sys\nfor i in range(3): sys.stderr.write(f"\\r\\x1b[32m{i * 50:3}%|##  | {i}/2\\x1b[0m")\nraise ValueError("f\\xfcr")',
    'exception',
    /^ValueError: f.+r \(train\.py:3\)$/,
  ],
  [
    'an interrupt',
    'import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(5)',
    'interrupted',
    /^it was interrupted \(train\.py:[23]\)$/,
  ],
  [
    'a crash',
    'import faulthandler, ctypes\nfaulthandler.enable()\nctypes.string_at(0)',
    'segfault',
    'it crashed: segmentation fault',
  ],
  [
    'a file that shrinks while it is mapped',
    'import mmap\nf = open("m", "w+b"); f.truncate(8192); m = mmap.mmap(f.fileno(), 0); f.truncate(0)\nm[5000]',
    'bus_error',
    'it crashed: bus error, as when /dev/shm or a memory-mapped file has no space left',
  ],
  [
    'an abort',
    'import faulthandler, os\nfaulthandler.enable()\nos.abort()',
    'aborted',
    'a library ended it (abort): Aborted',
  ],
  ['a kill', 'import os\nos.kill(os.getpid(), 9)', 'killed', /^it was killed \(exit code 137\)/],
  [
    'a status of its own',
    'import sys\nprint("error: no shards found", file=sys.stderr)\nsys.exit(4)',
    'error_line',
    'error: no shards found',
  ],
];

const COMMANDS: readonly (readonly [command: string, code: string, says: string | RegExp])[] = [
  ['set -e; pyhton3 train.py', 'command_missing', 'command not found: pyhton3'],
  ['timeout 5 pyhton3 train.py', 'command_missing', 'command not found: pyhton3'],
  ['echo "echo hi" > run.sh; chmod -x run.sh; ./run.sh', 'not_executable', './run.sh cannot be run: Permission denied'],
  ['head -c 100 /dev/zero > bad; chmod +x bad; ./bad; exit', 'not_executable', /bad cannot be run: Exec format error/],
  ['python3 nowhere/train.py', 'file_missing', /no such file: .*nowhere\/train\.py/],
  ['cat data/list.txt', 'file_missing', 'no such file: data/list.txt'],
  ['set -u; echo "$DATA_ROOT"', 'variable_unset', 'the variable DATA_ROOT is not set'],
  ['if true; then echo', 'shell_syntax', /^bash cannot read the command: syntax error/],
  [
    'set -e; module load cuda/12.1',
    'module_load',
    'there is no module command in the shell of the job; then: command not found: module',
  ],
  [
    'conda activate torch; python3 -c "import torchx"',
    'conda_missing',
    'conda is not set up in the shell of the job; then: Python has no module torchx',
  ],
  ['ulimit -f 1; head -c 100000 /dev/zero > big; exit', 'file_limit', /larger file than it may/],
  [
    'echo "sheaf: no conda environment torch; conda env list shows those there are" >&2; exit 78',
    'environment',
    'no conda environment torch; conda env list shows those there are',
  ],
];

describe('why a real program failed', () => {
  test.each(PROGRAMS)('%s', (_what, text, code, says) => {
    const told = python(text);
    expect(told).toMatchObject({ code });
    if (typeof says === 'string') expect(told?.says).toBe(says);
    else expect(told?.says).toMatch(says);
  });

  test.each(COMMANDS)('%s', (command, code, says) => {
    const told = whyFails(command);
    expect(told).toMatchObject({ code });
    if (typeof says === 'string') expect(told?.says).toBe(says);
    else expect(told?.says).toMatch(says);
  });

  test('a parameter that its argument parser does not know', () => {
    const text = 'import argparse\np = argparse.ArgumentParser()\np.add_argument("--lr", type=float)\np.parse_args()';
    expect(python(text, '--lr 0.1 --batch-size 8')).toMatchObject({
      code: 'usage',
      says: 'train.py does not take its arguments: unrecognized arguments: --batch-size 8',
      line: { file: 'err.log', text: expect.stringContaining('error: unrecognized') as string },
    });
    const underscores = text.replace('--lr', '--learning_rate');
    const fix = 'if the program takes --learning_rate, write flag_style: underscore in the template';
    expect(python(underscores, '--learning-rate 0.1')?.fix).toContain(fix);
    expect(python(underscores.replace('type=float', 'required=True'), '')?.fix).toContain(fix);
    expect(python(text.replace('--lr', '--learning-rate'), '--learning_rate 0.1')?.fix).toContain(
      'if the program takes --learning-rate, write flag_style: hyphen in the template',
    );
    expect(python(text, '--lr high')?.says).toContain("argument --lr: invalid float value: 'high'");
  });

  test('a program that reads the index of an array', () => {
    expect(python('import os\ntask = os.environ["SLURM_ARRAY_TASK_ID"]')).toMatchObject({
      code: 'array_index',
      says: 'the program reads SLURM_ARRAY_TASK_ID, which sheaf does not pass on',
      fix: expect.stringContaining('add task: null to the template') as string,
    });
  });

  test('an environment that is not there is a matter of the launch', () => {
    expect(whyFails('echo "sheaf: no venv in .venv" >&2; exit 78')?.cause).toBe('launch');
    // The same words with another exit code come from a program.
    expect(whyFails('echo "sheaf: no venv in .venv" >&2; exit 1')).toBeUndefined();
  });

  test('a status of its own that sheaf uses too is no matter of the launch', () => {
    for (const status of [74, 75, 78]) {
      const job = {
        file: 'slurm-7.out',
        lines: ['sheaf: resumes from a.pt', `sheaf: ended with status ${status} after 4.8 s`],
      };
      const err = { file: 'err.log', firstLine: 1, lines: ['train.py: there is no folder /data/nope'] };
      expect(diagnose({ cause: 'exit_code', exitCode: status }, [job, err])).toEqual({
        code: 'last_line',
        says: `exit code ${status}: train.py: there is no folder /data/nope (last line of standard error)`,
        line: { file: 'err.log', number: 1, text: 'train.py: there is no folder /data/nope' },
      });
      expect(diagnose({ cause: 'exit_code', exitCode: status }, [job])).toBeUndefined();
    }
    const told = whyFails('echo noise; echo "sheaf: no venv in .venv" >&2; echo done >&2; exit 78');
    expect(told).toMatchObject({ cause: 'launch', says: 'no venv in .venv' });
  });

  test.each([
    ['sys.exit with a message', 'import sys\nprint("noise")\nsys.exit("there is no \\x1b[31mfolder\\x1b[0m\\x07 x")'],
    [
      'one before a warning and the end of a tracker',
      'import sys\nfor line in ["there is no folder x", "a.py:3: UserWarning: old", "  warnings.warn(", "wandb: Synced 5", "----", ""]:\n  print(line, file=sys.stderr)\nsys.exit(1)',
    ],
    [
      'one behind a progress bar',
      'import sys\nsys.stderr.write("  1%|  | 1/100 [00:01<01:39]\\r 50%|##  | 50/100 [00:50<00:50]")\nsys.exit("there is no folder x")',
    ],
  ])('without anything better, the last line of standard error is the reason: %s', (_what, text) => {
    expect(python(text)).toMatchObject({
      code: 'last_line',
      says: 'exit code 1: there is no folder x (last line of standard error)',
      line: { file: 'err.log' },
    });
  });

  test('a last line of standard error that is very long is cut, and one before a signal is no reason', () => {
    expect(whyFails('printf "x%.0s" {1..5000} >&2; exit 1')?.says).toMatch(
      /^exit code 1: x{229}… \(last line of standard error\)$/,
    );
    expect(whyFails('echo "is here" >&2; exit 143')).toBeUndefined();
    expect(
      python('import sys\nclass A:\n  def __del__(self): raise OSError("late")\na = A()\ndel a\nsys.exit(1)'),
    ).toBeUndefined();
  });

  test('a program that says nothing, or nothing of an error, is not judged', () => {
    expect(whyFails('exit 3')).toBeUndefined();
    expect(whyFails('echo no memory; exit 3')).toBeUndefined();
    expect(whyFails('echo INFO loaded >&2; exit 3')).toBeUndefined();
    expect(
      whyFails('for i in 1 2 3; do echo "epoch $i loss 0.$i, 0 errors, error rate 0.1"; done; exit 1'),
    ).toBeUndefined();
  });
});
