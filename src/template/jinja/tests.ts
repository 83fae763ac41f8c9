import { number, type Call } from './filters.ts';
import { contains } from './operators.ts';
import { isList, JinjaNumber } from './values.ts';

type Test = (call: Call) => boolean;

/** What `is` can ask; `defined` and `undefined` are known to the evaluator itself. */
export const TESTS: ReadonlyMap<string, Test> = new Map<string, Test>([
  ['boolean', ({ subject }) => typeof subject === 'boolean'],
  ['divisibleby', ({ subject, args, at }) => number(subject, at).value % number(args[0] ?? null, at).value === 0],
  ['even', ({ subject, at }) => number(subject, at).value % 2 === 0],
  ['false', ({ subject }) => subject === false],
  ['float', ({ subject }) => subject instanceof JinjaNumber && subject.isFloat],
  ['in', ({ subject, args, at }) => contains(args[0] ?? null, subject, at)],
  ['integer', ({ subject }) => subject instanceof JinjaNumber && !subject.isFloat],
  ['mapping', ({ subject }) => subject instanceof Map],
  ['none', ({ subject }) => subject === null],
  ['number', ({ subject }) => subject instanceof JinjaNumber],
  ['odd', ({ subject, at }) => Math.abs(number(subject, at).value % 2) === 1],
  ['sequence', ({ subject }) => isList(subject)],
  ['string', ({ subject }) => typeof subject === 'string'],
  ['true', ({ subject }) => subject === true],
]);
