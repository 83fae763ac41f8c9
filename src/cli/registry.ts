import type { Command } from './shell/command.ts';

/** A command before it is loaded. */
export interface CommandEntry {
  readonly name: string;
  readonly group: CommandGroup;
  /** For the list of all commands; the help of the command repeats it. */
  readonly summary: string;
  readonly load: () => Promise<{ readonly command: Command }>;
}

export const GROUPS = ['start', 'make', 'run', 'inspect', 'results', 'files', 'resources', 'tidy'] as const;
export type CommandGroup = (typeof GROUPS)[number];

/** All commands, in the order of the help. A new command is one file in `commands` and one line here. */
export const COMMANDS: readonly CommandEntry[] = [
  { group: 'start', name: 'init', summary: 'Create a project', load: () => import('./commands/start/init.ts') },
  {
    group: 'start',
    name: 'info',
    summary: 'Show what sheaf detected, and what is missing',
    load: () => import('./commands/start/info.ts'),
  },
  {
    group: 'start',
    name: 'doctor',
    summary: 'Check the project and repair what can be repaired',
    load: () => import('./commands/start/doctor.ts'),
  },
  {
    group: 'start',
    name: 'serve',
    summary: 'Open the dashboard in a browser',
    load: () => import('./commands/start/serve.ts'),
  },
  {
    group: 'start',
    name: 'completion',
    summary: 'Print a completion script for your shell',
    load: () => import('./commands/start/completion.ts'),
  },
  {
    group: 'make',
    name: 'template',
    summary: 'List, show and create templates',
    load: () => import('./commands/start/template.ts'),
  },
  { group: 'make', name: 'new', summary: 'Create an experiment', load: () => import('./commands/make/new.ts') },
  {
    group: 'make',
    name: 'sweep',
    summary: 'Create many experiments from a search space',
    load: () => import('./commands/make/sweep.ts'),
  },
  {
    group: 'make',
    name: 'clone',
    summary: 'Copy an experiment, with changes',
    load: () => import('./commands/make/clone.ts'),
  },
  {
    group: 'make',
    name: 'rerun',
    summary: 'Repeat an experiment: same parameters, resources, code',
    load: () => import('./commands/make/rerun.ts'),
  },
  {
    group: 'run',
    name: 'run',
    summary: 'Create, submit and follow to the result',
    load: () => import('./commands/run/run.ts'),
  },
  {
    group: 'run',
    name: 'submit',
    summary: 'Submit experiments',
    load: () => import('./commands/run/submit.ts'),
  },
  {
    group: 'run',
    name: 'status',
    summary: 'Show active jobs and reasons for failures',
    load: () => import('./commands/run/status.ts'),
  },
  { group: 'run', name: 'wait', summary: 'Wait until experiments end', load: () => import('./commands/run/wait.ts') },
  { group: 'run', name: 'logs', summary: 'Print the output of runs', load: () => import('./commands/run/logs.ts') },
  {
    group: 'run',
    name: 'tail',
    summary: 'Print the last lines of the output: logs -n 10',
    load: () => import('./commands/run/tail.ts'),
  },
  { group: 'run', name: 'cancel', summary: 'Cancel jobs', load: () => import('./commands/run/cancel.ts') },
  {
    group: 'run',
    name: 'hold',
    summary: 'Keep queued jobs from starting',
    load: () => import('./commands/run/hold.ts'),
  },
  { group: 'run', name: 'release', summary: 'Release held jobs', load: () => import('./commands/run/release.ts') },
  {
    group: 'run',
    name: 'requeue',
    summary: 'Put running jobs back into the queue',
    load: () => import('./commands/run/requeue.ts'),
  },
  {
    group: 'run',
    name: 'shell',
    summary: 'Open a shell beside a running experiment',
    load: () => import('./commands/run/shell.ts'),
  },
  {
    group: 'run',
    name: 'retry',
    summary: 'Run failed or cancelled experiments again',
    load: () => import('./commands/run/retry.ts'),
  },
  { group: 'inspect', name: 'list', summary: 'List experiments', load: () => import('./commands/inspect/list.ts') },
  {
    group: 'inspect',
    name: 'show',
    summary: 'Show everything about an experiment',
    load: () => import('./commands/inspect/show.ts'),
  },
  {
    group: 'inspect',
    name: 'compare',
    summary: 'Compare parameters and metrics side by side',
    load: () => import('./commands/inspect/compare.ts'),
  },
  {
    group: 'inspect',
    name: 'diff',
    summary: 'Compare parameters, code and environment',
    load: () => import('./commands/inspect/diff.ts'),
  },
  {
    group: 'inspect',
    name: 'checkout',
    summary: 'Restore the code that an experiment ran',
    load: () => import('./commands/inspect/checkout.ts'),
  },
  {
    group: 'results',
    name: 'harvest',
    summary: 'Read results from logs and files of runs',
    load: () => import('./commands/results/harvest.ts'),
  },
  {
    group: 'results',
    name: 'export',
    summary: 'Write the table to a file',
    load: () => import('./commands/results/export.ts'),
  },
  {
    group: 'results',
    name: 'plot',
    summary: 'Draw a figure: curves with bands, bars, dots',
    load: () => import('./commands/results/plot.ts'),
  },
  {
    group: 'results',
    name: 'tensorboard',
    summary: 'Start TensorBoard for just these experiments',
    load: () => import('./commands/results/tensorboard.ts'),
  },
  {
    group: 'files',
    name: 'checkpoints',
    summary: 'List checkpoints, find the best, name and prune them',
    load: () => import('./commands/files/checkpoints.ts'),
  },
  {
    group: 'resources',
    name: 'partitions',
    summary: 'List partitions, what is free, and who can use them',
    load: () => import('./commands/resources/partitions.ts'),
  },
  {
    group: 'resources',
    name: 'advise',
    summary: 'Show where a job fits, when it starts, what it costs',
    load: () => import('./commands/resources/advise.ts'),
  },
  {
    group: 'resources',
    name: 'estimate',
    summary: 'Estimate the GPU memory of a training run',
    load: () => import('./commands/resources/estimate.ts'),
  },
  {
    group: 'resources',
    name: 'efficiency',
    summary: 'Show how much of their requested resources runs used',
    load: () => import('./commands/resources/efficiency.ts'),
  },
  { group: 'tidy', name: 'tag', summary: 'Add and remove tags', load: () => import('./commands/tidy/tag.ts') },
  { group: 'tidy', name: 'note', summary: 'Add a remark', load: () => import('./commands/tidy/note.ts') },
  {
    group: 'tidy',
    name: 'archive',
    summary: 'Hide experiments',
    load: () => import('./commands/tidy/archive.ts'),
  },
  {
    group: 'tidy',
    name: 'prune',
    summary: 'Remove code checkouts that no run needs',
    load: () => import('./commands/tidy/prune.ts'),
  },
  {
    group: 'tidy',
    name: 'rename',
    summary: 'Rename an experiment that never ran',
    load: () => import('./commands/tidy/rename.ts'),
  },
  {
    group: 'tidy',
    name: 'rm',
    summary: 'Remove experiments that never ran',
    load: () => import('./commands/tidy/rm.ts'),
  },
];

/** Other names of commands, which help and completion do not list. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['ls', 'list'],
  ['resources', 'advise'],
]);

export function findEntry(name: string): CommandEntry | undefined {
  const meant = ALIASES.get(name) ?? name;
  return COMMANDS.find((entry) => entry.name === meant);
}
