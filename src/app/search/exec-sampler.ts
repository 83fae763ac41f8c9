import { failure, type SheafError } from '../../core/errors.ts';
import { planRungs, type Draw, type Trial } from '../../core/search/index.ts';
import { valueKey, type Distribution } from '../../core/sweep/space.ts';
import type { SweepMember, SweepValue } from '../../core/sweep/sweep.ts';
import { isMap, type Value } from '../../core/value.ts';
import { runCommand } from '../../system/index.ts';
import type { Project } from '../project/project.ts';
import type { AdaptiveSweep } from './adaptive-sweep.ts';

/** What a program is asked that proposes members. */
export interface SamplerRequest {
  /** A line for bash. */
  readonly command: string;
  readonly sweep: AdaptiveSweep;
  readonly space: { readonly draws: readonly Draw[]; readonly seed: number };
  readonly trials: readonly Trial[];
  /** How many members, at least 1. */
  readonly wanted: number;
}

const LIMIT_MS = 60_000;
/** Characters. */
const MOST_OUTPUT: number = 2 ** 20;
const MOST_WORDS = 300;

/**
 * Runs a program of the user that proposes members, in the folder of the project. It reads one JSON document from its standard input and
 * prints a list of parameters, see docs/how-to/sweeps/own-sampler.md. Nothing of it is kept: it learns all it needs each time.
 *
 * @returns at least one member, at most as many as are wanted, each of them in the space
 * @throws SheafError `search.exec` if it fails, takes longer than 60 s or prints anything else
 */
export async function runSampler(project: Project, request: SamplerRequest): Promise<readonly SweepMember[]> {
  const { command, space, wanted } = request;
  const { exitCode, timedOut, overflowed, notStarted, signal, stdout, stderr } = await runCommand(
    ['bash', '-c', command],
    {
      input: `${JSON.stringify(toDocument(request))}\n`,
      timeoutMs: LIMIT_MS,
      cwd: project.root,
      withFamily: true,
      mostOutput: MOST_OUTPUT,
    },
  );
  if (notStarted !== undefined) throw samplerError(command, `could not be started: ${notStarted}`);
  if (overflowed) throw samplerError(command, 'printed more than 1 MiB');
  if (timedOut) throw samplerError(command, `took longer than ${LIMIT_MS / 1_000} s`);
  if (exitCode !== 0) {
    const how = exitCode === undefined ? `was ended by ${signal}` : `failed with exit status ${exitCode}`;
    throw samplerError(command, `${how}: ${stderr.trim().slice(-MOST_WORDS) || 'it printed no error'}`);
  }
  const members = readAnswer(command, stdout).slice(0, wanted);
  if (members.length === 0) throw samplerError(command, 'proposed nothing');
  return members.map((member) => readMember(command, space.draws, member));
}

function toDocument({ sweep, space, trials, wanted }: SamplerRequest): Value {
  const { metric, mode, stop } = sweep.search;
  return {
    sweep: sweep.name,
    metric,
    mode,
    seed: space.seed,
    wanted,
    space: Object.fromEntries(space.draws.map(({ name, distribution }) => [name, describeDistribution(distribution)])),
    rungs: stop === undefined ? [] : [...planRungs(stop)],
    trials: trials.map(({ number, member, state, readings, final }) => ({
      number,
      params: Object.fromEntries(space.draws.flatMap(({ name }) => toEntry(name, member.get(name)))),
      state,
      readings: readings.map(({ rung, step, value }) => ({ rung, step, value })),
      ...(final !== undefined && { final }),
    })),
  };
}

function toEntry(name: string, value: SweepValue | undefined): [string, Value][] {
  return value === undefined ? [] : [[name, value.value]];
}

function describeDistribution(distribution: Distribution): Value {
  if (distribution.kind !== 'choice')
    return { kind: distribution.kind, low: distribution.low, high: distribution.high };
  return { kind: 'choice', values: distribution.values.map(({ value }) => value) };
}

function readAnswer(command: string, stdout: string): readonly Value[] {
  let answer: unknown;
  try {
    answer = JSON.parse(stdout);
  } catch {
    throw samplerError(command, `printed no JSON: ${stdout.trim().slice(0, MOST_WORDS) || 'nothing'}`);
  }
  if (!Array.isArray(answer)) throw samplerError(command, 'printed JSON that is no list of parameters');
  return answer as Value[];
}

function readMember(command: string, draws: readonly Draw[], given: Value): SweepMember {
  if (!isMap(given)) throw samplerError(command, `proposed ${JSON.stringify(given)}, which is no map of parameters`);
  const unknown = Object.keys(given).find((name) => !draws.some((draw) => draw.name === name));
  if (unknown !== undefined) throw samplerError(command, `proposed ${unknown}, which the sweep does not draw`);
  return new Map(draws.map(({ name, distribution }) => [name, readValue(command, name, distribution, given[name])]));
}

function readValue(command: string, name: string, distribution: Distribution, value: Value | undefined): SweepValue {
  if (value === undefined) throw samplerError(command, `proposed a member without ${name}`);
  if (distribution.kind === 'choice') {
    const choice = distribution.values.find((each) => valueKey(each.value) === valueKey(value));
    if (choice !== undefined) return choice;
  } else if (
    typeof value === 'number' &&
    value >= distribution.low &&
    value <= distribution.high &&
    (distribution.kind !== 'int' || Number.isInteger(value))
  ) {
    return { value };
  }
  throw samplerError(command, `proposed ${name} = ${JSON.stringify(value)}, which is not in the space`);
}

function samplerError(command: string, what: string): SheafError {
  return failure('search.exec', `the program that proposes members ${what}`, {
    why: `it was started as: ${command}`,
    fix: 'try it with the JSON that docs/how-to/sweeps/own-sampler.md describes',
  });
}
