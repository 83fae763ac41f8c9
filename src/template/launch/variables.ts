import { inputError } from '../../core/errors.ts';
import type { Scalar } from '../../core/value.ts';
import { quoteSingle } from '../shell/quote.ts';
import { requireTest } from './stop.ts';

/** Variables of a run. What the user gives takes precedence over what is set here. */
export function exportLines(exports: { readonly [name: string]: Scalar } = {}): string[] {
  return Object.entries(exports).map(([name, value]) => {
    checkVariable(name);
    if (value !== null) return `export ${name}=${quoteSingle(String(value))}`;
    return `${requireTest(`[ -n "\${${name}+set}" ]`, `${name} must be set where the job is submitted: export ${name}=…, and submit again`)}\nexport ${name}`;
  });
}

/** @throws SheafError `environment.variable` for what cannot be the name of a variable */
export function checkVariable(name: string): void {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return;
  throw inputError('environment.variable', `${JSON.stringify(name)} cannot be the name of an environment variable`, {
    fix: 'use letters, digits and _',
  });
}

const THREADS = ['OMP_NUM_THREADS', 'MKL_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'NUMEXPR_NUM_THREADS'];

/** @param threads of each process; undefined when unknown */
export function renderThreadLines(
  threads: number | undefined,
  exports: { readonly [name: string]: Scalar } = {},
): string[] {
  const names = THREADS.filter((name) => !(name in exports));
  return threads === undefined || names.length === 0
    ? []
    : [`export ${names.map((name) => `${name}=${threads}`).join(' ')}`];
}
