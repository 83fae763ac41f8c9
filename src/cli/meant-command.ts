import { quoteShellWord } from '../core/text/bash.ts';
import { suggestName } from '../core/text/nearest.ts';
import { COMMANDS } from './registry.ts';

/** Words of other programs, and what they are called here. */
export const MEANT: ReadonlyMap<string, string> = new Map(
  Object.entries({
    status: 'queue squeue ps jobs active top running pending progress sacct',
    'status --watch': 'watch monitor',
    serve: 'dashboard ui web gui',
    cancel: 'stop kill abort scancel terminate interrupt',
    rm: 'delete remove del erase destroy',
    '--version': 'version',
    list: 'results experiments runs history find search query filter sweeps',
    new: 'create add make',
    run: 'start launch exec execute train srun',
    submit: 'sbatch enqueue schedule',
    logs: 'log output stdout stderr cat print follow',
    show: 'describe view get inspect details about',
    plot: 'graph chart figure draw curve',
    clone: 'copy cp duplicate fork',
    rename: 'mv move',
    retry: 'restart resume redo again',
    rerun: 'repeat reproduce replicate',
    harvest: 'collect gather metrics scan',
    'export FILE': 'table csv save dump mlflow wandb',
    partitions: 'sinfo nodes gpus cluster',
    advise: 'advice recommend suggest where',
    estimate: 'memory vram',
    efficiency: 'usage seff utilization',
    archive: 'hide',
    'archive --undo': 'unarchive unhide restore',
    prune: 'clean cleanup gc purge',
    shell: 'ssh attach connect enter',
    doctor: 'check diagnose repair fix verify',
    init: 'setup project',
    info: 'config env detect whoami',
    'compare --group-by PARAMETER': 'summary summarize aggregate group stats statistics',
    sweep: 'grid hyper tune hpo',
    'template list': 'templates',
    'harvest --discover': 'discover',
    hold: 'pause suspend',
    release: 'unpause unhold continue',
    note: 'comment annotate remark',
    tag: 'label',
  }).flatMap(([command, words]) => words.split(' ').map((word) => [word, command] as const)),
);

/**
 * The remedy for a command that does not exist: the command line with the command that was meant. It is never run: a
 * person may not want what was guessed.
 *
 * @param rest the other arguments
 */
export function suggestCommand(name: string, rest: readonly string[]): string {
  const meant = MEANT.get(name.toLowerCase());
  const known = COMMANDS.map((command) => command.name);
  if (meant === undefined) return suggestName(name, known, 'sheaf --help lists the commands');
  const isWhole = /[A-Z]|^--/.test(meant);
  return ['sheaf', meant, ...(isWhole ? [] : rest.map(quoteShellWord))].join(' ');
}
