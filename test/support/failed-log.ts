import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { diagnose, type AttemptEnd, type Diagnosis } from '../../src/core/diagnosis/diagnosis.ts';

const FAILURES: string = join(import.meta.dirname, '../fixtures/failures');

/** The diagnosis of a recorded failure: `torch/shape`. Its paths are relative to the project's folder. */
export function recordedFailure(name: string, end: Partial<AttemptEnd> = {}): Diagnosis | undefined {
  const code = Number(readFileSync(join(FAILURES, `${name}.exit`), 'utf8'));
  const exitCode = code < 0 ? 128 - code : code;
  return diagnoseText(readFileSync(join(FAILURES, `${name}.log`), 'utf8'), { exitCode, ...end });
}

/** The diagnosis of a program that wrote this text to its standard error. */
export function diagnoseText(text: string, end: Partial<AttemptEnd> = {}): Diagnosis | undefined {
  return diagnose({ cause: 'exit_code', exitCode: 1, root: '/home/user/project', ...end }, [
    { file: 'err.log', firstLine: 1, lines: text.split('\n') },
  ]);
}
