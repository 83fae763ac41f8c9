import { getRequestedMemory } from '../../core/experiment/auto.ts';
import { isOwnOption } from '../../core/validation/sbatch-settings.ts';
import { throwProblems, type Problem } from '../../core/errors.ts';
import type { Resources } from '../../core/settings/settings.ts';
import { formatDirective, type SbatchOption } from '../../core/text/directives.ts';
import { renderJobVariables, type JobVariables } from './job-variables.ts';
import { limitWarning } from './limit-warning.ts';
import { buildWrapperScript } from './wrapper-script.ts';

/** What a job script is made from. */
export interface JobScriptRequest extends JobVariables {
  /** It will be submitted as an array: each task gets a log of its own. */
  readonly array: boolean;
  /** What this is, for a person who opens the script: one comment line each. */
  readonly about: readonly string[];
  /** bash functions of its scheduler, in place of those in `template/wrapper/scheduler.ts`. */
  readonly jobShell?: string | undefined;
}

/**
 * The whole text of `job.sbatch`. It runs as a single job or as a task of an array; what is particular to an
 * attempt is in `members.tsv` beside it.
 *
 * @throws SheafError `resources.unsafe`, `resources.sbatch.option` for values that cannot be directives
 */
export function renderJobScript(request: JobScriptRequest): string {
  const { token, resources, array, about, jobShell } = request;
  const log = `.sheaf/submissions/${token}/slurm-${array ? '%A_%a' : '%j'}.out`;
  const options: SbatchOption[] = [
    ['job-name', token],
    ...toResourceOptions(resources),
    // Relative, so that no character of the project's path is in a directive.
    ['output', log],
    // Otherwise a requeued job would first empty the log of its first run.
    ['open-mode', 'append'],
    ...requeueOption(resources),
    ...signalOption(resources),
  ];
  return [
    '#!/bin/bash',
    ...renderDirectives(options, resources),
    '#',
    ...about.map((line) => `# ${line.replace(CONTROL, ' ')}`),
    '# Made by sheaf for the scheduler. It claims an attempt, runs its program and records how it ended.',
    '',
    ...renderJobVariables(request),
    '',
    buildWrapperScript(jobShell),
  ].join('\n');
}

/**
 * Options as lines of `#SBATCH`.
 *
 * @throws SheafError `resources.unsafe`, `resources.sbatch.option`
 */
export function renderDirectives(options: readonly SbatchOption[], resources: Resources): string[] {
  throwProblems([...options.flatMap(unsafe), ...foreignOptions(resources).flatMap(([name]) => refused(name))]);
  return options.map(formatDirective);
}

export function toResourceOptions(resources: Resources): SbatchOption[] {
  const { partition, num_gpus: gpus, gpu_type: gpuType } = resources;
  const options: [name: string, value: string | number | undefined][] = [
    ['partition', typeof partition === 'object' ? partition.join(',') : partition],
    ['account', resources.account],
    ['qos', resources.qos],
    ['nodes', resources.num_nodes],
    ['gres', gpus ? `gpu:${gpuType === undefined ? '' : `${gpuType}:`}${gpus}` : undefined],
    ['cpus-per-task', resources.cpus_per_task],
    ['ntasks-per-node', resources.ntasks_per_node],
    ['mem', getRequestedMemory(resources)],
    ['time', resources.time_limit],
    ['constraint', resources.constraint],
    ['exclude', resources.exclude],
    ['reservation', resources.reservation],
  ];
  const given = options.flatMap(([name, value]): SbatchOption[] =>
    value === undefined || resources.sbatch?.[name] === false ? [] : [[name, value]],
  );
  return [...given, ...foreignOptions(resources)];
}

/** Always given, since the default of a cluster may be either; an entry under `sbatch:` takes precedence. */
export function requeueOption({ requeue = false, sbatch = {} }: Resources): SbatchOption[] {
  const isThere = ['requeue', 'no-requeue'].some((name) => (sbatch[name] ?? false) !== false);
  return isThere ? [] : [[requeue ? 'requeue' : 'no-requeue', true]];
}

/** To the batch shell alone, whose wrapper knows who listens to it. */
function signalOption(resources: Resources): SbatchOption[] {
  const warning = (resources.sbatch?.['signal'] ?? false) === false ? limitWarning(resources) : undefined;
  return warning === undefined ? [] : [['signal', `B:${warning.signal}@${warning.before + warning.margin}`]];
}

/** `true` stands for an option without a value; `false` and `null` leave it out, `false` one of the resources, too. */
function foreignOptions({ sbatch = {} }: Resources): SbatchOption[] {
  return Object.entries(sbatch).flatMap(([name, value]): SbatchOption[] =>
    value === false || value === null ? [] : [[name, value]],
  );
}

const CONTROL = /[\u0000-\u001f\u007f]/g;

/** A line break would end the directive and let the rest of the value be one of its own. */
function unsafe([name, value]: SbatchOption): Problem[] {
  if (typeof value !== 'string' || value.search(CONTROL) === -1) return [];
  return [
    {
      code: 'resources.unsafe',
      message: `${JSON.stringify(value)} cannot be the value of --${name}`,
      why: 'it holds a line break or another control character',
      fix: 'write it on one line',
    },
  ];
}

function refused(name: string): Problem[] {
  const problem = { code: 'resources.sbatch.option', message: `${JSON.stringify(name)} is not allowed under sbatch:` };
  const isLongName = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) && name.length > 1;
  if (isLongName && isOwnOption(name))
    return [{ ...problem, why: 'sheaf sets this option itself', fix: `delete ${name}` }];
  if (isLongName) return [];
  return [{ ...problem, why: 'it is not the long name of an option of sbatch', fix: 'write it like mail-type' }];
}
