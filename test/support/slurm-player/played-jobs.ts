/** Jobs that were submitted and cancelled during a play. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Row } from './site.ts';

interface Job {
  readonly id: string;
  readonly name: string;
  readonly partition: string;
  readonly submittedS: number;
  state: 'PENDING' | 'CANCELLED';
  /** Array indices; none: a single job. */
  readonly indices: readonly string[];
}

export class PlayedJobs {
  readonly #file: string;
  readonly #jobs: Job[];

  constructor(file: string) {
    this.#file = file;
    this.#jobs = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Job[]) : [];
  }

  nextId(): string {
    return String(4_000_001 + this.#jobs.length);
  }

  add(script: string, words: readonly string[], atS: number): void {
    const option = (name: string): string | undefined =>
      new RegExp(`^#SBATCH --${name}=(\\S+)`, 'm').exec(script)?.[1] ??
      words.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
    const [from = '', to = from] = (option('array') ?? '').split('%', 1)[0]?.split('-') ?? [];
    const count = from === '' ? 0 : Number(to) - Number(from) + 1;
    this.#jobs.push({
      id: this.nextId(),
      name: option('job-name') ?? 'sbatch',
      partition: option('partition') ?? '',
      submittedS: atS,
      state: 'PENDING',
      indices: Array.from({ length: count }, (_, i) => String(Number(from) + i)),
    });
    this.#save();
  }

  /** Words of `scancel` that are no options are ids. */
  cancel(words: readonly string[]): void {
    const ids = words.flatMap((word) => word.split(',')).map((word) => word.split('_')[0]);
    for (const job of this.#jobs) if (ids.includes(job.id)) job.state = 'CANCELLED';
    this.#save();
  }

  /** Those that wait, by the letters of `squeue -o`. */
  waiting(): Row[] {
    return this.#jobs
      .filter(({ state }) => state === 'PENDING')
      .flatMap((job) => (job.indices.length === 0 ? ['N/A'] : job.indices).map((index) => rowOf(job, index)));
  }

  /** All of them, by the names of `sacct -o`. */
  accounted(): Row[] {
    return this.#jobs.flatMap(({ id, name, state, submittedS, indices }) =>
      (indices.length === 0 ? [''] : indices.map((index) => `_${index}`)).map((task) => ({
        JobID: `${id}${task}`,
        JobName: name,
        State: state === 'CANCELLED' ? 'CANCELLED by 1001' : state,
        ExitCode: '0:0',
        DerivedExitCode: '0:0',
        Submit: String(submittedS),
        Start: state === 'CANCELLED' ? 'None' : 'Unknown',
        End: state === 'CANCELLED' ? String(submittedS) : 'Unknown',
        NodeList: 'None assigned',
        Reason: 'None',
      })),
    );
  }

  #save(): void {
    writeFileSync(this.#file, JSON.stringify(this.#jobs));
  }
}

function rowOf({ id, name, partition, submittedS }: Job, index: string): Row {
  const own = index === 'N/A' ? id : `${id}_${index}`;
  const row = { F: id, K: index, T: 'PENDING', V: String(submittedS), S: 'N/A', e: 'N/A', Q: '100', P: partition };
  return { ...row, A: own, r: 'Priority', j: name };
}
