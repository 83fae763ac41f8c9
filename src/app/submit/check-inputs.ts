import { throwProblems, type Problem } from '../../core/errors.ts';
import type { EventBody } from '../../core/experiment/event.ts';
import { describeLate, type Fingerprint, type Fingerprints } from '../../core/experiment/fingerprint.ts';
import { attemptName } from '../../core/experiment/record.ts';
import { getFingerprints } from '../../core/experiment/recorded-inputs.ts';
import type { Input, Inputs } from '../../core/settings/inputs.ts';
import { quoteShellWord } from '../../core/text/bash.ts';
import { formatCount, groupDigits } from '../../core/text/phrases.ts';
import { getFileFacts } from '../../system/index.ts';
import { placeInput } from '../inputs/place-input.ts';
import type { Project } from '../project/project.ts';
import type { RunOptions } from '../project/types.ts';
import { runOf } from './run-of.ts';
import { getAttemptRefs, type Batch, type Want } from './submit-plan.ts';

/** What an attempt reads, as far as it is known when it is submitted. */
export type InputsOf = (want: Want) => Fingerprints | undefined;

/** What was found out about the inputs of a plan. */
export interface CheckedInputs {
  readonly of: InputsOf;
  readonly warnings: readonly string[];
}

/** An input of one or more members: all that have the same path, hash and limit. */
interface Shared {
  readonly key: string;
  readonly name: string;
  /** With an absolute path. */
  readonly input: Input;
  /** Ids of experiments. */
  readonly readers: Set<string>;
}

/** The inputs of all members, each different one once. Those that are left to the jobs are not among them. */
interface PlannedInputs {
  readonly shared: readonly Shared[];
  /** By {@link nameMember}. */
  readonly byMember: ReadonlyMap<string, readonly (readonly [name: string, shared: Shared])[]>;
}

/**
 * Looks whether the inputs of all members are there.
 *
 * @throws SheafError `inputs.missing`, `jinja.*`
 */
export async function requireInputs(project: Project, batches: readonly Batch[]): Promise<PlannedInputs> {
  const planned = await planInputs(project, batches);
  throwProblems([...Map.groupBy(planned.shared, ({ input }) => input.path).values()].flatMap(findProblem));
  return planned;
}

/**
 * {@link requireInputs}, and walks each different input once.
 *
 * @throws SheafError `inputs.missing`, `jinja.*`; whatever the signal is aborted with
 */
export async function checkInputs(
  project: Project,
  batches: readonly Batch[],
  options: RunOptions,
): Promise<CheckedInputs> {
  const { shared, byMember } = await requireInputs(project, batches);
  const found = new Map<Shared, Fingerprint>();
  if (shared.length > 0) {
    const { fingerprintInput } = await import('../inputs/fingerprint-input.ts');
    for (const each of shared) found.set(each, await fingerprintInput(project, each.input, options));
  }
  // The same object for those that read the same, which is then recorded once.
  const same = new Map<string, Fingerprints>();
  const of = (named: readonly (readonly [string, Shared])[]): Fingerprints => {
    const key = JSON.stringify(named.map(([name, each]) => [name, each.key]));
    const known =
      same.get(key) ?? Object.fromEntries(named.flatMap(([name, each]) => withValue(name, found.get(each))));
    same.set(key, known);
    return known;
  };
  const known = new Map([...byMember].map(([member, named]) => [member, of(named)]));
  return {
    of: (want) => known.get(nameMember(want)),
    warnings: [...found].flatMap(([shared, fingerprint]) => warnOfPartial(shared, fingerprint)),
  };
}

function withValue<T>(name: string, value: T | undefined): [string, T][] {
  return value === undefined ? [] : [[name, value]];
}

/** What is on record for attempts that were deferred, which sheaf checked then. */
export function getRecordedInputs({ experiment, stage, n }: Want): Fingerprints | undefined {
  return getFingerprints(experiment.record.attempts[attemptName({ stage: stage.name, n })]);
}

/** What attempts are about to read, for the record. */
export function makeFingerprintedEvents(wants: readonly Want[], inputsOf: InputsOf): EventBody[] {
  return [...Map.groupBy(wants, inputsOf)].flatMap(([inputs, members]): EventBody[] =>
    inputs === undefined ? [] : [{ type: 'fingerprinted', attempts: getAttemptRefs(members), inputs }],
  );
}

async function planInputs(project: Project, batches: readonly Batch[]): Promise<PlannedInputs> {
  const shared = new Map<string, Shared>();
  const byMember = new Map<string, [string, Shared][]>();
  for (const { code, members } of batches) {
    for (const member of members) {
      if (member.stage.run.inputs === undefined) continue;
      const { renderInputs } = await import('../../template/index.ts');
      const inputs = Object.entries(placeAll(project, renderInputs(runOf(project, member, code))));
      const named = inputs.flatMap(([name, input]): [string, Shared][] => {
        if (input.walk === 'job') return [];
        const key = JSON.stringify([input.path, input.hash, input.limit]);
        const known = shared.get(key) ?? { key, name, input, readers: new Set() };
        shared.set(key, known);
        known.readers.add(member.experiment.expId);
        return [[name, known]];
      });
      if (named.length > 0) byMember.set(nameMember(member), named);
    }
  }
  return { shared: [...shared.values()], byMember };
}

function placeAll(project: Project, inputs: Inputs): Inputs {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, input]) => [name, { ...input, path: placeInput(project, input.path) }]),
  );
}

function nameMember({ experiment, stage }: Want): string {
  return `${experiment.key} ${stage.name}`;
}

/** @param all those with the same path */
function findProblem(all: readonly Shared[]): Problem[] {
  const [first] = all;
  if (first === undefined || getFileFacts(first.input.path, { follow: true }) !== undefined) return [];
  const { name, input } = first;
  const [reader = '', ...others] = new Set(all.flatMap(({ readers }) => [...readers]));
  const who = others.length === 0 ? reader : `${reader} and ${groupDigits(others.length)} more`;
  return [
    {
      code: 'inputs.missing',
      message: `there is no ${input.path}`,
      why: `inputs.${name} of ${who} names it`,
      fix: `correct the path; if only jobs can see it, write inputs: {${name}: {path: …, walk: job}}`,
      now: 'nothing was submitted',
    },
  ];
}

function warnOfPartial({ name, input: { limit } }: Shared, found: Fingerprint): string[] {
  if (found.kind === 'whole') return [];
  const { path, why, files } = found;
  const advice =
    why === describeLate(limit)
      ? `to let the job do it, write inputs: {${name}: {path: …, walk: job}}, or set another limit there`
      : `to see which: find -H ${quoteShellWord(path)} ! -readable`;
  return [`inputs.${name} was not read to its end: ${why} (${formatCount(files, 'file')} of ${path} found); ${advice}`];
}
