import type { Command } from './shell/command.ts';

/** A command before it is loaded. */
export interface Entry {
  readonly name: string;
  readonly group: Group;
  /** For the list of all commands; a command repeats it in its own help. */
  readonly summary: string;
  readonly load: () => Promise<{ readonly command: Command }>;
}

export const GROUPS = ['start', 'make', 'run', 'look', 'results', 'resources', 'tidy'] as const;
export type Group = (typeof GROUPS)[number];

/** All commands, in the order of the help. A new command is one file in `commands` and one line here. */
export const COMMANDS: readonly Entry[] = [
  { group: 'start', name: 'init', summary: 'Make a project', load: () => import('./commands/start/init.ts') },
  {
    group: 'start',
    name: 'info',
    summary: 'What was detected here, and what is missing',
    load: () => import('./commands/start/info.ts'),
  },
  {
    group: 'start',
    name: 'doctor',
    summary: 'Check everything, repair what can be repaired',
    load: () => import('./commands/start/doctor.ts'),
  },
  {
    group: 'start',
    name: 'completion',
    summary: 'Completion for your shell',
    load: () => import('./commands/start/completion.ts'),
  },
  {
    group: 'make',
    name: 'template',
    summary: 'Templates and their parameters',
    load: () => import('./commands/start/template.ts'),
  },
  { group: 'make', name: 'new', summary: 'Make one experiment', load: () => import('./commands/make/new.ts') },
  {
    group: 'make',
    name: 'sweep',
    summary: 'Make many experiments from a search space',
    load: () => import('./commands/make/sweep.ts'),
  },
  {
    group: 'make',
    name: 'clone',
    summary: 'Make one like another, with changes',
    load: () => import('./commands/make/clone.ts'),
  },
  {
    group: 'make',
    name: 'rerun',
    summary: 'Repeat one: same parameters, resources and code',
    load: () => import('./commands/make/rerun.ts'),
  },
  {
    group: 'run',
    name: 'submit',
    summary: 'Hand experiments to the scheduler',
    load: () => import('./commands/run/submit.ts'),
  },
  {
    group: 'run',
    name: 'status',
    summary: 'What is active, and why what failed did',
    load: () => import('./commands/run/status.ts'),
  },
  { group: 'run', name: 'wait', summary: 'Wait until experiments end', load: () => import('./commands/run/wait.ts') },
  { group: 'run', name: 'logs', summary: 'What a run printed', load: () => import('./commands/run/logs.ts') },
  {
    group: 'run',
    name: 'tail',
    summary: 'The last lines of what a run printed',
    load: () => import('./commands/run/tail.ts'),
  },
  { group: 'run', name: 'cancel', summary: 'End jobs', load: () => import('./commands/run/cancel.ts') },
  {
    group: 'run',
    name: 'hold',
    summary: 'Keep queued jobs from starting',
    load: () => import('./commands/run/hold.ts'),
  },
  { group: 'run', name: 'release', summary: 'Let held jobs go', load: () => import('./commands/run/release.ts') },
  {
    group: 'run',
    name: 'requeue',
    summary: 'Put running jobs back into the queue',
    load: () => import('./commands/run/requeue.ts'),
  },
  {
    group: 'run',
    name: 'shell',
    summary: 'A shell beside a running experiment',
    load: () => import('./commands/run/shell.ts'),
  },
  {
    group: 'run',
    name: 'retry',
    summary: 'Run again what failed or was cancelled',
    load: () => import('./commands/run/retry.ts'),
  },
  { group: 'look', name: 'list', summary: 'A table of experiments', load: () => import('./commands/look/list.ts') },
  { group: 'look', name: 'show', summary: 'All about one experiment', load: () => import('./commands/look/show.ts') },
  {
    group: 'look',
    name: 'compare',
    summary: 'Differences and metrics side by side',
    load: () => import('./commands/look/compare.ts'),
  },
  {
    group: 'look',
    name: 'diff',
    summary: 'Parameters, code and environment of two',
    load: () => import('./commands/look/diff.ts'),
  },
  {
    group: 'look',
    name: 'checkout',
    summary: 'The code that one ran, as a folder',
    load: () => import('./commands/look/checkout.ts'),
  },
  {
    group: 'results',
    name: 'harvest',
    summary: 'Read results from what the runs left behind',
    load: () => import('./commands/results/harvest.ts'),
  },
  {
    group: 'results',
    name: 'export',
    summary: 'The table as a file',
    load: () => import('./commands/results/export.ts'),
  },
  {
    group: 'results',
    name: 'plot',
    summary: 'A figure: curves with bands, bars, dots',
    load: () => import('./commands/results/plot.ts'),
  },
  {
    group: 'results',
    name: 'tensorboard',
    summary: 'TensorBoard over just these experiments',
    load: () => import('./commands/results/tensorboard.ts'),
  },
  {
    group: 'resources',
    name: 'partitions',
    summary: 'Partitions, what is free, and who may use them',
    load: () => import('./commands/resources/partitions.ts'),
  },
  {
    group: 'resources',
    name: 'advise',
    summary: 'Where it fits, when it starts and what it costs',
    load: () => import('./commands/resources/advise.ts'),
  },
  {
    group: 'resources',
    name: 'estimate',
    summary: 'GPU memory of a training, and where it fits',
    load: () => import('./commands/resources/estimate.ts'),
  },
  {
    group: 'resources',
    name: 'efficiency',
    summary: 'What runs used of what they asked for',
    load: () => import('./commands/resources/efficiency.ts'),
  },
  { group: 'tidy', name: 'tag', summary: 'Add and remove tags', load: () => import('./commands/tidy/tag.ts') },
  { group: 'tidy', name: 'note', summary: 'Write a remark down', load: () => import('./commands/tidy/note.ts') },
  {
    group: 'tidy',
    name: 'archive',
    summary: 'Put experiments out of sight',
    load: () => import('./commands/tidy/archive.ts'),
  },
  {
    group: 'tidy',
    name: 'prune',
    summary: 'Remove checkouts of code that no run needs',
    load: () => import('./commands/tidy/prune.ts'),
  },
  { group: 'tidy', name: 'rename', summary: 'Rename what never ran', load: () => import('./commands/tidy/rename.ts') },
  { group: 'tidy', name: 'rm', summary: 'Remove what never ran', load: () => import('./commands/tidy/rm.ts') },
];

/** Second names. */
const ALIASES: ReadonlyMap<string, string> = new Map([['resources', 'advise']]);

export function findEntry(name: string): Entry | undefined {
  const meant = ALIASES.get(name) ?? name;
  return COMMANDS.find((entry) => entry.name === meant);
}
