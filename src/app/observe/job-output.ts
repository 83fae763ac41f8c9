/**
 * The file of a job's own output in the folder of its submission: `slurm-812345_7.out`.
 *
 * @param scheduler its id: `slurm:lab`
 * @param job the job, with the array index if it has one: `812345_7`
 */
export function jobOutputName(scheduler: string, job: string): string {
  return `${scheduler.slice(0, scheduler.indexOf(':'))}-${job}.out`;
}

/** Whether a file name is one of those. */
export function isJobOutput(file: string): boolean {
  return /^[a-z]\w*-\d+(?:_\d+)?\.out$/.test(file);
}
