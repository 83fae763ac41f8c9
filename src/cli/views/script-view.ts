/** The scripts of a job that exist. */
interface Scripts {
  /** The text of `job.sbatch`. */
  readonly script: string | undefined;
  /** The text of `run.sh`. */
  readonly run: string | undefined;
  /** Whose `run.sh` it is, if that is not obvious. */
  readonly of?: string;
  /** It was submitted, so `job.sbatch` is on disk. */
  readonly submitted: boolean;
}

/**
 * What a person wants to read of the scripts of a job: `run.sh`, which has the command, then the head of
 * `job.sbatch`, which has what the job asks for. What follows is the same in every job.
 *
 * @param whole all of `job.sbatch`
 */
export function scriptsText({ script, run, of, submitted }: Scripts, whole: boolean): string {
  return [
    `# run.sh${of === undefined ? '' : ` of ${of}`}\n${run ?? '# not created yet\n'}`,
    `# job.sbatch\n${script === undefined ? '# the script was deleted\n' : whole ? script : headText(script, submitted)}`,
  ].join('\n');
}

function headText(script: string, submitted: boolean): string {
  const lines = script.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('#'));
  // A job has no name before it is submitted.
  const name = submitted ? (/^#SBATCH --job-name=(\S+)$/m.exec(script)?.[1] ?? '*') : '<job-name>';
  const verb = submitted ? 'is' : 'will be';
  return `${lines.slice(0, end).join('\n')}
# [...] The rest is the same in every job. -v shows it; the whole script ${verb} in .sheaf/submissions/${name}/job.sbatch
`;
}
