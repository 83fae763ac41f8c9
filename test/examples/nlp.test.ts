import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeWithTorch } from '../support/examples-python.ts';
import { startProgram } from '../support/processes.ts';
import { testFolder, type TestFolder } from '../support/run-sheaf.ts';
import { until } from '../support/until.ts';
import { exampleFiles, testLargeScripts } from './large-scripts.ts';

const files = exampleFiles('nlp');
/** Python and PyTorch take seconds to start, and many of them on a busy machine. */
const LIMIT_MS = 600_000;
/** Enough for the adapter to gain a third of the loss. */
const SMALL = ['--pretrain-steps', '100', '--max-steps', '100', '--eval-steps', '50', '--dataset-mb', '0.3'];

testLargeScripts('nlp');

function readOutput(folder: TestFolder, path: string): string {
  return readFileSync(join(folder.path, 'experiments', path), 'utf8');
}

interface Evaluation {
  readonly loss: number;
  readonly base_loss: number;
  readonly bytes_per_token: number;
  readonly bits_per_byte: number;
}

describeWithTorch('nlp', (python, path) => {
  const exampleProject = (more: Readonly<Record<string, string>> = {}): TestFolder =>
    testFolder({ ...files, ...more }, { env: { PATH: path, OMP_NUM_THREADS: '1' } });

  /** What a run of train.py in a folder ends with. */
  const train = (folder: TestFolder, ...words: readonly string[]): ReturnType<TestFolder['run']> =>
    folder.run([python, join(folder.path, 'train.py'), ...words]);

  test(
    'improves the base model that its chain made, and a second chain gives the same numbers',
    async () => {
      const folder = exampleProject();
      for (const name of ['first', 'second']) {
        const { exitCode, stderr } = await folder.sheaf(['run', 'nlp', name, ...SMALL]);
        expect(exitCode, stderr).toBe(0);
      }
      for (const path of ['finetune-1/metrics.jsonl', 'eval-1/eval.json'])
        expect(readOutput(folder, `second/attempts/${path}`)).toBe(readOutput(folder, `first/attempts/${path}`));
      const evaluation = JSON.parse(readOutput(folder, 'first/attempts/eval-1/eval.json')) as Evaluation;
      const baseBitsPerByte = evaluation.base_loss / evaluation.bytes_per_token / Math.LN2;
      expect(evaluation.bits_per_byte).toBeLessThanOrEqual(0.8 * baseBitsPerByte);
      const { stdout } = await folder.sheaf(['show', 'first', '--json']);
      const { results } = (JSON.parse(stdout) as { data: { results: Record<string, { value: number }> } }).data;
      expect(results['gain']?.value).toBeCloseTo(evaluation.base_loss - evaluation.loss, 9);
      expect(results['bits_per_byte']?.value).toBeCloseTo(evaluation.bits_per_byte, 9);
      const base = join(folder.path, 'experiments/first/base');
      const shared = await train(folder, 'pretrain', '--model', base);
      expect(shared).toMatchObject({ exitCode: 0, stdout: `nothing to pretrain: the weights are in ${base}\n` });
    },
    LIMIT_MS,
  );

  test(
    'continues from a checkpoint as if it had not stopped, and accepts the template of another program',
    async () => {
      const llm = readFileSync(join(import.meta.dirname, '../fixtures/templates/llm_finetune.yaml'), 'utf8');
      const folder = exampleProject({
        'templates/llm_finetune.yaml': llm,
        'text/a.jsonl': Array.from({ length: 40 }, (_, i) => `{"text": "Document ${i} has ${i * i} words."}\n`).join(
          '',
        ),
        'sheaf.yaml':
          'scheduler: local\ncode: live\ncommand: python3 train.py finetune {{ flags }} --output "$SHEAF_OUT"\n',
      });
      const made = await train(folder, 'pretrain', '--pretrain-steps', '2');
      expect(made.exitCode, made.stderr).toBe(0);
      const steps = ['finetune', '--dataset', 'text:text/*.jsonl', '--max-seq-length', '16', '--max-steps', '200'];
      const checkpoint = join(folder.path, 'whole/checkpoint.pt');
      const argv: [string, ...string[]] = [python, 'train.py', ...steps, '--output', 'whole'];
      const whole = startProgram(argv, { cwd: folder.path, env: folder.env });
      await until(() => existsSync(checkpoint), whole.output);
      copyFileSync(checkpoint, join(folder.path, 'early.pt'));
      expect(await whole.ended).toMatchObject({ code: 0 });
      const rest = await train(folder, ...steps, '--output', 'rest', '--resume', 'early.pt');
      expect(rest.exitCode, rest.stderr).toBe(0);
      const curve = readFileSync(join(folder.path, 'rest/metrics.jsonl'), 'utf8');
      expect(curve).not.toBe('');
      expect(readFileSync(join(folder.path, 'whole/metrics.jsonl'), 'utf8').endsWith(curve)).toBe(true);
      const small = ['--base-model', 'base', '--dataset-path', 'text', '--max-steps', '2', '--max-seq-length', '16'];
      const ran = await folder.sheaf(['run', 'llm_finetune', ...small, '--num-gpus', '0', '--warmup-steps', '1']);
      expect(ran.exitCode, ran.stderr).toBe(0);
      expect(readOutput(folder, 'llama_ft_1/attempts/train-1/metrics.jsonl')).toMatch(/"step": 2, /);
    },
    LIMIT_MS,
  );

  test(
    'ends with status 78 and says what is missing',
    async () => {
      const { exitCode, stderr } = await train(exampleProject(), 'pretrain', '--model', 'no/model');
      expect([exitCode, stderr]).toEqual([78, expect.stringContaining('no model in no/model: ')]);
    },
    LIMIT_MS,
  );
});
