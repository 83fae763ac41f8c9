import { SheafError, throwProblems, type Problem } from '../../core/errors.ts';
import type { RunSettings } from '../../core/settings/settings.ts';
import type { Fault } from '../jinja/fault.ts';
import { findArrayFaults } from './array-index.ts';
import type { CommandContext } from './command-names.ts';
import { renderEnvironmentLines } from '../launch/environment.ts';
import {
  locateFault,
  NONE_OPEN,
  renderShell,
  renderText,
  findTextFaults,
  type Locate,
  type OpenNames,
} from './rendering.ts';

/** The path of a text below its stage: `['environment', 'container', 'binds', 0]`. */
export type TextPath = readonly (string | number)[];

/**
 * The launcher, the environment and the inputs of a stage with their texts rendered. `setup` stays as it is: it is shell
 * text.
 *
 * @throws SheafError `jinja.*`, `text.words`
 */
export function renderRunTexts({ run = {}, ...context }: CommandContext): RunSettings {
  return mapTexts(run, [], (text, path) =>
    isShell(path) ? text : renderText(text, context, placeOf(path)),
  ) as RunSettings;
}

/**
 * The shell text of an environment's `setup`.
 *
 * @throws SheafError `jinja.*`, `command.*`
 */
export function renderSetup(context: CommandContext): string {
  const { text, faults } = renderShell(context.run?.environment?.setup ?? '', context);
  throwProblems(faults.map((fault) => locateFault(fault, placeOf(['environment', 'setup']))));
  return text;
}

/**
 * What is wrong with the texts of a launcher, an environment, inputs and a checkpoint, whatever the names in `open` are going
 * to stand for.
 *
 * @param locate gives the place where the text at a path is written
 */
export function runProblems(
  { run = {}, ...context }: CommandContext,
  open: OpenNames = NONE_OPEN,
  locate: (path: TextPath) => Locate = placeOf,
): Problem[] {
  const problems: Problem[] = [];
  mapTexts(run, [], (text, path) => {
    const faults = isShell(path)
      ? [...renderShell(text, { ...context, run }, { open }).faults, ...findArrayFaults(text)]
      : findTextFaults(text, context, open);
    problems.push(...faults.map((fault) => locateFault(fault, locate(path))));
    return text;
  });
  return problems.length === 0 && open.size === 0 ? settingProblems({ ...context, run }, locate) : problems;
}

/** What only shows when all is put together: a preset that is not there, what a container cannot have. */
function settingProblems(context: CommandContext, locate: (path: TextPath) => Locate): Problem[] {
  try {
    const run = renderRunTexts(context);
    renderEnvironmentLines({ ...context, run }, '');
    return findPatternFaults(run.checkpoint?.path).map((fault) => locateFault(fault, locate(['checkpoint', 'path'])));
  } catch (error) {
    if (error instanceof SheafError) return [...error.problems];
    throw error;
  }
}

/** A job that looks for checkpoints does not resolve `..`: it would take its own files for checkpoints. */
function findPatternFaults(pattern = ''): Fault[] {
  if (!pattern.split('/').includes('..')) return [];
  return [
    {
      offset: 0,
      code: 'checkpoint.pattern',
      message: `the pattern of checkpoints has a "..": ${pattern}`,
      why: 'sheaf looks for checkpoints in the folder of each attempt and in that of the experiment, or where an absolute path leads',
      fix: 'write the pattern below one of these folders, or as an absolute path without ".."',
    },
  ];
}

/** Only these have Jinja in them; an own script is read separately, and `verify` gets its file as `$1`. */
const WITH_TEXTS: readonly string[] = ['launcher', 'environment', 'inputs', 'checkpoint'];

function isShell(path: TextPath): boolean {
  return path.join('.') === 'environment.setup';
}

function placeOf(path: TextPath): Locate {
  return () => ({ at: { file: path.join('.') } });
}

/** The value with each text in it replaced. */
function mapTexts(value: unknown, path: TextPath, change: (text: string, path: TextPath) => string): unknown {
  if (typeof value === 'string') return path.at(-1) === 'verify' ? value : change(value, path);
  if (Array.isArray(value)) return value.map((item: unknown, i) => mapTexts(item, [...path, i], change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]: [string, unknown]) =>
      path.length > 0 || WITH_TEXTS.includes(key) ? [[key, mapTexts(item, [...path, key], change)]] : [],
    ),
  );
}
