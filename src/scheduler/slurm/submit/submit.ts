import { formatRanges } from '../../../core/text/index-ranges.ts';
import type { CommandResult } from '../../../system/index.ts';
import type { Dependency, SubmitRequest } from '../../scheduler.ts';
import { describeFailure } from '../ask/commands.ts';
import { getRefusalOutput } from '../ask/refusal-words.ts';

/**
 * The call of `sbatch`. What a person may want to read is in the script's own directives; here is what is
 * particular to this call, and what nothing in the caller's environment may decide.
 */
export function buildSbatchArguments(request: Omit<SubmitRequest, 'env' | 'script'>): readonly [string, ...string[]] {
  const { cwd, indices, maxParallel, held, after, scriptFile } = request;
  const throttle = maxParallel === undefined ? '' : `%${maxParallel}`;
  return [
    'sbatch',
    '--parsable',
    '--export=ALL',
    `--chdir=${cwd}`,
    ...outputOption(request),
    ...(indices === undefined ? [] : [`--array=${formatRanges(indices)}${throttle}`]),
    ...(held ? ['--hold'] : []),
    ...(after.length === 0 ? [] : [`--dependency=${dependencies(after)}`, '--kill-on-invalid-dep=yes']),
    ...(scriptFile === undefined ? [] : [scriptFile]),
  ];
}

/**
 * The script says where the output goes, relative to the project. Where the path of that has characters of Slurm's own
 * it is passed here: `%` begins a pattern, and a backslash takes the next character as it is and makes all patterns plain
 * text.
 */
function outputOption({ cwd, outputFolder, indices }: Omit<SubmitRequest, 'env' | 'script'>): string[] {
  if (!/[%\\]/.test(cwd)) return [];
  const name = indices === undefined ? '%j' : '%A_%a';
  const folder = outputFolder.includes('\\')
    ? outputFolder.replaceAll('\\', '\\\\')
    : outputFolder.replaceAll('%', '%%');
  return [`--output=${folder}/slurm-${name}.out`];
}

/** `afterok:12,aftercorr:15,afterany:16`; all of them must hold. */
function dependencies(after: readonly Dependency[]): string {
  return after
    .map(({ job, tasks, until }) => {
      const id = typeof tasks === 'number' ? `${job.id}_${tasks}` : job.id;
      if (until === 'ended') return `afterany:${id}`;
      return `${tasks === 'each' ? 'aftercorr' : 'afterok'}:${id}`;
    })
    .join(',');
}

/** As one could paste it. */
export function formatCommand(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}

/** What `sbatch` said of a call that brought no job id. */
export function describeOutput(result: CommandResult): string {
  const words = result.exitCode === 0 ? result.stderr.trim() : getRefusalOutput(result);
  if (words !== '') return words;
  return result.exitCode === 0 ? 'sbatch printed no job id' : describeFailure(result);
}

/** What `sbatch` says although it took the job: words of a site's filter, for instance. */
export function parseNotes(stderr: string): string[] {
  return stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
