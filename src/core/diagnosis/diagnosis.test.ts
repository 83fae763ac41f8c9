import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diagnoseText } from '../../../test/support/failed-log.ts';
import { diagnose, type AttemptEnd, type Diagnosis } from './diagnosis.ts';

/** The diagnosis of a program whose log ends with this. */
function says(text: string, end: Partial<AttemptEnd> = {}): string | undefined {
  return diagnoseText(text, end)?.says;
}

const TRACEBACK = 'Traceback (most recent call last):\n  File "train.py", line 3, in <module>\n';

describe('why a program failed, from the end of its log', () => {
  test('GPU memory: asked and free in GiB, in all ways in which PyTorch and JAX have told it', () => {
    const now =
      'CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has a total capacity of 79.18 GiB of which 10.06 MiB is free. Process 1 has 79.1 GiB memory in use. Of the allocated memory 60.00 GiB is allocated by PyTorch, and 12.00 GiB is reserved by PyTorch but unallocated.';
    expect(diagnoseText(`${TRACEBACK}torch.OutOfMemoryError: ${now}`)).toMatchObject({
      cause: 'gpu_oom',
      says: 'GPU out of memory: 0.02 GiB asked for, 0.0098 GiB of 79.18 GiB free (train.py:3)',
      fix: expect.stringMatching(/^export PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True/) as string,
    });
    const before =
      'RuntimeError: CUDA out of memory. Tried to allocate 1.50 GiB (GPU 0; 15.90 GiB total capacity; 14.75 GiB already allocated; 39.75 MiB free; 15.05 GiB reserved in total by PyTorch)';
    expect(says(TRACEBACK + before)).toBe(
      'GPU out of memory: 1.5 GiB asked for, 0.039 GiB of 15.9 GiB free (train.py:3)',
    );
    const jax =
      'jaxlib.xla_extension.XlaRuntimeError: RESOURCE_EXHAUSTED: Out of memory while trying to allocate 34359738368 bytes.';
    expect(says(TRACEBACK + jax)).toBe('GPU out of memory: 32 GiB asked for (train.py:3)');
    expect(diagnoseText(`${TRACEBACK}RuntimeError: CUDA error: out of memory`)?.cause).toBe('gpu_oom');
  });

  test('memory of the GPU that ran out beats that the program was then killed', () => {
    expect(diagnoseText(`${TRACEBACK}torch.OutOfMemoryError: CUDA out of memory.`, { exitCode: 137 })?.cause).toBe(
      'gpu_oom',
    );
  });

  test('a memory limit of Slurm, with what was used', () => {
    const text = 'slurmstepd: error: Step 7.0 exceeded memory limit (225484800 > 52428800), being killed';
    expect(diagnoseText(text, { cause: 'host_oom', exitCode: 137 })).toMatchObject({
      says: 'it used 0.21 GiB of memory, and had asked for 0.049 GiB',
      line: { file: 'err.log', number: 1, text },
    });
    expect(diagnoseText('', { cause: 'host_oom', said: 'OUT_OF_MEMORY' })).toMatchObject({ says: 'OUT_OF_MEMORY' });
  });

  test('a program that failed of its own is not told to have been short of memory, though a helper was', () => {
    const text = `slurmstepd: error: Detected 1 oom_kill event in StepId=1.batch.\n${TRACEBACK}KeyError: 'x'`;
    expect(diagnoseText(text)?.code).toBe('key_missing');
    const helper = 'RuntimeError: DataLoader worker (pid 456) is killed by signal: Killed. ';
    expect(diagnoseText(`slurmstepd: error: Detected 1 oom_kill event.\n${TRACEBACK}${helper}`)?.cause).toBe(
      'host_oom',
    );
  });

  // Texts of the PyTorch that open-r1#620 and Megatron-LM#935 on GitHub show.
  test('a collective call of NCCL that one process did not come to', () => {
    const text = `[rank3]:[E1 ProcessGroupNCCL.cpp:632] [Rank 3] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=4, OpType=BROADCAST, NumelIn=112, NumelOut=112, Timeout(ms)=1800000) ran for 1800011 milliseconds before timing out.
terminate called after throwing an instance of 'c10::DistBackendError'`;
    expect(says(text)).toBe(
      'NCCL waited 1800 s for a process that did not come to the same call (BROADCAST, number 4)',
    );
    // One that died is why the others waited.
    expect(says(`[rank1]: ${TRACEBACK.replaceAll('\n', '\n[rank1]: ')}ValueError: bad\n${text}`)).toBe(
      'rank 1 failed first: ValueError: bad (train.py:3)',
    );
  });

  test('of the tables of several nodes the earliest failure counts', () => {
    const table = (time: string, rank: number, code: number): string =>
      `Root Cause (first observed failure):\n[0]:\n  time      : 2026-11-23_21:05:${time}\n  host      : gn01\n  rank      : ${rank} (local_rank: 0)\n  exitcode  : ${code} (pid: 7)\n  error_file: <N/A>\n`;
    expect(says(table('52', 4, 1) + table('51', 9, -9))).toContain('rank 9 failed first: it was ended by SIGKILL');
    expect(says(table('51', 4, -15) + table('51', 9, 3))).toContain('rank 9 failed first: it ended with exit code 3');
  });

  test('what the process raised that failed first counts, not what others raised before', () => {
    const raised = (rank: number, what: string): string => `${TRACEBACK}${what}`.replace(/^/gm, `[rank${rank}]: `);
    const table =
      'Root Cause (first observed failure):\n[0]:\n  rank      : 1 (local_rank: 1)\n  exitcode  : 1 (pid: 7)\n';
    expect(says([raised(0, 'KeyError: 1'), raised(1, 'OSError: x'), table].join('\n'))).toBe(
      'rank 1 failed first: OSError: x (train.py:3)',
    );
  });

  test('of an exception of the program without a remedy, one looks at its place, fixes it and retries', () => {
    const fixes = ["KeyError: 'lr'", 'OwnError: x'].map((error) => diagnoseText(`${TRACEBACK}${error}`)?.fix);
    const fix =
      'looking at train.py:3, the last line of your own code in the traceback; after a fix, sheaf retry ID --fresh';
    expect(fixes).toEqual([fix, fix]);
  });

  test('a message of several lines is read to its end, what follows it is not', () => {
    const text = `${TRACEBACK}ValueError: step failed\n    CUDA out of memory. Tried to allocate 1.00 GiB`;
    expect(diagnoseText(text)).toMatchObject({ code: 'gpu_oom', line: { number: 4 } });
    expect(diagnoseText(text.replace('    CUDA', 'CUDA'))).toMatchObject({ code: 'exception', line: { number: 3 } });
  });

  test('a long message is cut, in words and in the line that is kept', () => {
    const told = diagnoseText(`${TRACEBACK}ValueError: ${'word '.repeat(1_000)}`);
    expect([told?.says.length, told?.line?.text.length]).toEqual([300, 300]);
  });

  test('an exception in the clean-up after the real one does not count', () => {
    const ignored = 'Exception ignored in: <function C.__del__ at 0x7f>';
    expect(says(`${TRACEBACK}KeyError: 1\n${ignored}\n${TRACEBACK}OSError: without success`)).toContain(
      'no such key: 1',
    );
  });

  test('a diagnosis shows paths as the user knows them', () => {
    const traceback = (file: string): string =>
      `Traceback (most recent call last):\n  File "${file}", line 3\nOSError: x`;
    for (const file of [
      '/home/user/project/src/train.py',
      '/home/user/project/.sheaf/code/3f2a/src/train.py',
      '/scratch/experiments/run/attempts/train-1/work/src/train.py',
    ]) {
      expect(says(traceback(file))).toBe('OSError: x (src/train.py:3)');
    }
    expect(says(traceback('/opt/other.py'))).toBe('OSError: x (/opt/other.py:3)');
    expect(says(traceback('/usr/lib/python3.12/json/decoder.py'))).toBe('OSError: x');
  });

  test('a module that could not be loaded is why Python then misses one', () => {
    const lmod = 'Lmod has detected the following error: The following module(s) are unknown: "pytorch/2.9"\n';
    expect(says(`${lmod}${TRACEBACK}ModuleNotFoundError: No module named 'torch'`)).toBe(
      'the module pytorch/2.9 could not be loaded; then: Python has no module torch (train.py:3)',
    );
    expect(diagnoseText(`${lmod}${TRACEBACK}KeyError: 'a'`)?.code).toBe('key_missing');
  });

  test('containers that do not start', () => {
    const text =
      'FATAL:   could not open image /images/torch.sif: failed to retrieve path for /images/torch.sif: lstat /images/torch.sif: no such file or directory';
    expect(says(text, { exitCode: 255 })).toBe('the container image /images/torch.sif cannot be used');
    expect(says('FATAL:   "pyhton3": executable file not found in $PATH', { exitCode: 255 })).toBe(
      'command not found: pyhton3',
    );
  });

  test('a traceback that is cut off says nothing, and what a logger writes after it is no exception', () => {
    expect(diagnoseText(`${TRACEBACK}INFO: epoch 4`)).toBeUndefined();
    expect(diagnoseText(TRACEBACK)).toBeUndefined();
  });

  test('the log of a run in which all went well gives no reason, whatever its exit code', () => {
    for (const name of ['pytorch_train.log', 'tqdm.log']) {
      const text = readFileSync(join(import.meta.dirname, '../../../test/fixtures/harvest', name), 'utf8');
      for (const exitCode of [1, 2, 3, 255]) expect({ name, told: diagnoseText(text, { exitCode }) }).toEqual({ name });
    }
  });

  test('a job that could not begin says so itself', () => {
    const text =
      'sheaf: run train-1 runs as job 7 on gn01; see /x\nsheaf: the claim is held by another job; nothing was run\n';
    expect(says(text, { cause: 'launch' })).toBe('the claim is held by another job; nothing was run');
    const after =
      'sheaf: there is no venv\nsheaf: run train-1 runs as job 7 on gn01; see /x\nsheaf: the program left processes behind; they are ended';
    expect(says(after, { exitCode: 78 })).toBe('there is no venv');
    expect(diagnoseText(text, { exitCode: 75 })?.cause).toBe('launch');
  });
});

describe('how far a program had come when its time was over', () => {
  const limit: Partial<AttemptEnd> = { cause: 'timeout', timeLimitS: 7200, exitCode: 143 };

  test.each([
    [
      'Epoch 7/90:  97%|#########7| 970/1000 [12:01<00:22,  1.3it/s]',
      'its time limit of 2h 00m was reached: epoch 7 of 90, at 97 % (970 of 1000); the bar had 22s left',
    ],
    ['epoch 12 loss 0.3', 'its time limit of 2h 00m was reached: epoch 12'],
    ["{'loss': 1.2, 'epoch': 2.97}", 'its time limit of 2h 00m was reached: epoch 2.97'],
    ['Epoch [3/10] Step [400/1000]', 'its time limit of 2h 00m was reached: epoch 3 of 10, step 400 of 1000'],
    ['global_step=1200', 'its time limit of 2h 00m was reached: step 1200'],
    ['nothing of that kind', 'its time limit of 2h 00m was reached'],
  ])('%s', (line, words) => {
    expect(says(`epoch 1\n${line}\n`.replace(/^epoch 1\n(?=nothing|global)/, ''), limit)).toBe(words);
  });

  test('without a sign of progress, what the scheduler said stands', () => {
    expect(says('', { ...limit, said: 'DUE TO TIME LIMIT' })).toBe('DUE TO TIME LIMIT');
  });

  test('what was written over in a progress bar is not the end of it', () => {
    const bar = '\r  1%|  | 1/100 [00:01<01:39]\r 50%|##  | 50/100 [00:50<00:50]\x1b[A\r';
    expect(says(bar, limit)).toBe('its time limit of 2h 00m was reached: at 50 % (50 of 100); the bar had 50s left');
  });

  test('the line that is shown is the one that tells most', () => {
    const text = ' 97%|##| 97/100 [00:01<00:01]\nsaved step 90';
    expect(diagnoseText(text, limit)?.line?.number).toBe(1);
  });

  test('a diagnosis names processes that waited for a dead one, though the cause stays the time limit', () => {
    const dead = diagnoseText(
      '[rank2]: Traceback (most recent call last):\n[rank2]:   File "train.py", line 3, in <module>\n[rank2]: torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 1.00 GiB.\nepoch 3',
      limit,
    );
    expect(dead?.says).toBe(
      'rank 2 failed, and the others waited for it until its time limit of 2h 00m: GPU out of memory: 1 GiB asked for (train.py:3)',
    );
    expect(dead?.cause).toBeUndefined();
  });
});

describe('a log with anything in it', () => {
  const piece = fc.constantFrom(
    'Traceback (most recent call last):',
    '[rank1]: Traceback (most recent call last):',
    '  File "a.py", line 1, in f',
    'KeyError: 1',
    'CUDA out of memory. Tried to allocate 1.00 GiB',
    'Root Cause (first observed failure):',
    '  rank      : 1 (local_rank: 1)',
    '  exitcode  : -9 (pid: 1)',
    'srun: error: h: task 1: Killed',
    'SyntaxError: bad',
    ' 97%|###| 97/100 [00:01<00:01]',
    'slurmstepd: error: Detected 1 oom_kill event',
    'sheaf: no',
    '',
  );
  const line = fc.oneof(piece, fc.string({ unit: 'binary', maxLength: 300 }));
  const log = fc.record({ file: fc.constantFrom('err.log', 'out.log'), lines: fc.array(line, { maxLength: 40 }) });
  const end = fc.record(
    {
      cause: fc.constantFrom('exit_code', 'gpu_oom', 'host_oom', 'timeout', 'launch', 'lost', 'node_fail'),
      exitCode: fc.constantFrom(1, 2, 75, 78, 126, 127, 134, 135, 137, 139, 255),
      timeLimitS: fc.integer({ min: 1, max: 100_000 }),
    },
    { requiredKeys: ['cause'] },
  );

  /** One line of words, of bounded length, and a line that is in the log. */
  function expectSound(told: Diagnosis | undefined, files: readonly string[]): void {
    if (told === undefined) return;
    expect(told.says).toMatch(/\S/);
    expect(told.says).not.toMatch(/[\n\r]/);
    expect(told.says.length).toBeLessThanOrEqual(300);
    if (told.line) expect(files).toContain(told.line.file);
  }

  test('never throws, and says one line of words', () => {
    fc.assert(
      fc.property(end, fc.array(log, { maxLength: 3 }), (how, logs) => {
        expectSound(
          diagnose(how, logs),
          logs.map(({ file }) => file),
        );
      }),
      { numRuns: 500 },
    );
  });

  test('a log of 64 KiB of one kind costs no more than a moment', () => {
    const lines = [
      'a'.repeat(64_000),
      'Traceback (most recent call last):\n'.repeat(2_000),
      ': '.repeat(32_000),
      "'".repeat(64_000),
    ];
    for (const text of lines) expectSound(diagnoseText(text, { exitCode: 127 }), ['err.log']);
    expect(lines).toHaveLength(4);
  });
});

/** As the parsers of these programs write it. */
test.each([
  ["FATAL Flags parsing error:\n  Unknown command line flag 'learning-rate'. Did you mean: learning_rate ?", 1],
  [
    `${TRACEBACK}ValueError: Some specified arguments are not used by the HfArgumentParser: ['--learning-rate', '0.1']`,
    1,
  ],
  ['train.py: error: unrecognized arguments: --learning-rate 0.1', 2],
  ['Error: No such option: --learning-rate Did you mean --learning_rate?', 2],
])('a program that refuses a flag may write it in another style: %j', (text, exitCode) => {
  expect(diagnoseText(text, { exitCode })).toMatchObject({
    code: 'usage',
    fix: expect.stringMatching(/^if the program takes --learning_rate, write flag_style: underscore in the template/),
  });
});

test('a flag that no style explains is compared with the help of the program', () => {
  const told = diagnoseText('flag provided but not defined: -lr', { exitCode: 2 });
  expect(told).toMatchObject({
    code: 'usage',
    fix: expect.stringContaining('flag_style: says how their names are written'),
  });
});
