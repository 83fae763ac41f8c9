import { DIGITS, parsePathGlob, toSource, type GlobName, type GlobPart, type PathGlob } from '../text/bash-glob.ts';

/** Stands for the digits of the step in a pattern of checkpoints. */
export const STEP_MARK = '{step}';

/** The pattern of checkpoints as bash reads it with `extglob`. */
export function toBashPattern(pattern: string): string {
  return pattern.replaceAll(STEP_MARK, DIGITS);
}

/** A pattern of checkpoints, ready for many paths. */
export interface CheckpointPattern {
  readonly glob: PathGlob;
  /** {@link readStep} */
  readonly readStep: (path: string) => number | undefined;
}

const COMPILED = new Map<string, CheckpointPattern>();
const MOST_COMPILED = 100;

/** @param pattern as the template has it, with Jinja rendered */
export function compileCheckpointPattern(pattern: string): CheckpointPattern {
  const known = COMPILED.get(pattern);
  if (known !== undefined) return known;
  const glob = parsePathGlob(toBashPattern(pattern));
  const made = { glob, readStep: makeStepReader(glob) };
  if (COMPILED.size >= MOST_COMPILED) COMPILED.clear();
  COMPILED.set(pattern, made);
  return made;
}

/**
 * The training step of a checkpoint by its name: the digits at `{step}` of the pattern; otherwise those of the only `*` that
 * stands for digits alone, or of the one that follows the word "step"; otherwise by the names of Lightning
 * (`epoch=3-step=400.ckpt`), Hugging Face (`checkpoint-500`), Stable-Baselines3 (`rl_model_10000_steps.zip`), Orbax (`500`,
 * `checkpoint_500`), DeepSpeed (`global_step100`) and `torch.distributed.checkpoint` (`step_100`).
 *
 * @param pattern as the template has it, with Jinja rendered
 * @param path what the pattern stands for: below the folder that it is searched in, or absolute
 * @returns undefined when the name does not say
 */
export function readStep(pattern: string, path: string): number | undefined {
  return compileCheckpointPattern(pattern).readStep(path);
}

function makeStepReader({ names }: PathGlob): CheckpointPattern['readStep'] {
  const pieces = names.flatMap((name, i) => piecesOf(name, i === names.length - 1));
  const trim = (path: string): string => path.replace(/^\/|\/$/g, '');
  if (pieces.some(({ kind }) => kind === 'digits')) {
    const matcher = compilePieces(pieces, 'su');
    return (path) => toStep(matcher.exec(trim(path))?.[1]);
  }
  const matchers = starsOf(pieces).map(([start, end]) =>
    compilePieces(pieces.toSpliced(start, end - start, ALONE), 'dsu'),
  );
  return (path) => {
    const text = trim(path);
    return stepOfStars(matchers, text) ?? stepOfName(text);
  };
}

/** A part of the whole pattern. */
interface Piece {
  readonly kind: GlobPart['kind'] | 'slash' | 'tree';
  readonly source: string;
}

function piecesOf(name: GlobName, isLast: boolean): Piece[] {
  const slash: Piece[] = isLast ? [] : [{ kind: 'slash', source: '/' }];
  switch (name.kind) {
    case 'tree':
      return [{ kind: 'tree', source: isLast ? '.*' : '(?:[^/]+/)*?' }];
    case 'plain':
      return [{ kind: 'text', source: toSource({ kind: 'text', text: name.name }) }, ...slash];
    case 'glob':
      return [...name.parts.map((part) => ({ kind: part.kind, source: toSource(part) })), ...slash];
  }
}

/** @param flags with `d` for where a group is, which takes longer */
function compilePieces(pieces: readonly Piece[], flags: 'su' | 'dsu'): RegExp {
  return new RegExp(`^${pieces.map(({ source }) => source).join('')}$`, flags);
}

/** The digits of the first group, and what is before them. */
function matchDigits(matcher: RegExp, text: string): { digits: string; before: string } | undefined {
  const match = matcher.exec(text);
  const digits = match?.[1];
  return digits === undefined ? undefined : { digits, before: text.slice(0, match?.indices?.[1]?.[0]) };
}

/** Digits alone: no other digits beside them. */
const ALONE: Piece = { kind: 'digits', source: '(?<![0-9])([0-9]+)(?![0-9])' };

const AFTER_STEP = /step[^a-z0-9]{0,2}$/i;

function stepOfStars(matchers: readonly RegExp[], text: string): number | undefined {
  const found = matchers.flatMap((matcher) => matchDigits(matcher, text) ?? []);
  const [only, ...others] = found;
  if (others.length === 0) return toStep(only?.digits);
  const named = found.filter(({ before }) => AFTER_STEP.test(before));
  return named.length === 1 ? toStep(named[0]?.digits) : undefined;
}

/** Each `*` with what else stands for characters beside it: `[0-9]*` is one. */
function starsOf(pieces: readonly Piece[]): [start: number, end: number][] {
  const runs: [number, number][] = [];
  for (let start = 0, end = 0; start < pieces.length; start = end) {
    while (isWild(pieces[end])) end += 1;
    if (pieces.slice(start, end).some(({ kind }) => kind === 'star')) runs.push([start, end]);
    if (end === start) end += 1;
  }
  return runs;
}

function isWild(piece: Piece | undefined): boolean {
  return piece?.kind === 'star' || piece?.kind === 'one' || piece?.kind === 'set';
}

/** `global_step100`, `step=400`, `step_100`; not `timestep5`. */
const NAMED = /(?:^|[^a-z])(?:global)?_?step[_=-]?([0-9]+)/i;
/** `rl_model_10000_steps`. */
const COUNTED = /(?:^|[^0-9])([0-9]+)_?steps?(?![a-z0-9])/i;
/** `checkpoint-500`, `checkpoint_500`. */
const CHECKPOINT = /^checkpoint[-_]([0-9]+)$/;
/** `500` */
const BARE = /^([0-9]+)$/;

function stepOfName(path: string): number | undefined {
  const [name = '', folder = ''] = path.split('/').reverse();
  const digits = digitsOf(name, [NAMED, COUNTED, CHECKPOINT, BARE]) ?? digitsOf(folder, [NAMED, COUNTED, CHECKPOINT]);
  return toStep(digits);
}

function digitsOf(name: string, expressions: readonly RegExp[]): string | undefined {
  for (const expression of expressions) {
    const digits = expression.exec(name)?.[1];
    if (digits !== undefined) return digits;
  }
  return undefined;
}

/** More digits are no count of steps, but a time or a hash. */
const MOST_DIGITS = 15;

function toStep(digits: string | undefined): number | undefined {
  return digits === undefined || digits.length > MOST_DIGITS ? undefined : Number(digits);
}
