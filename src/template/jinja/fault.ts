import type { Problem } from '../../core/errors.ts';

/** What is wrong in a Jinja text, and where in it. */
export type Fault = Omit<Problem, 'at' | 'excerpt'> & {
  /** From the beginning of the text, in UTF-16 units. */
  readonly offset: number;
};

/** Thrown inside the engine; callers turn it into problems with file, line and column. */
export class JinjaError extends Error {
  readonly fault: Fault;

  constructor(offset: number, code: string, message: string, more: { why?: string; fix?: string } = {}) {
    super(message);
    this.fault = { offset, code, message, ...more };
  }
}

export function makeSyntaxError(offset: number, message: string, fix?: string): JinjaError {
  return new JinjaError(offset, 'jinja.syntax', message, fix === undefined ? {} : { fix });
}

export function makeValueError(offset: number, message: string, fix?: string): JinjaError {
  return new JinjaError(offset, 'jinja.value', message, fix === undefined ? {} : { fix });
}
