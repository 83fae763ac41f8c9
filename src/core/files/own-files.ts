/** What sheaf writes in the folder of an experiment. */
export const IN_EXPERIMENT: readonly string[] = ['attempts', 'experiment.yaml', 'results.json', 'series.parquet'];

/** What a job writes in the folder of an attempt; the program's own files may be in `work`. */
export const IN_ATTEMPT: readonly string[] = [
  'run.sh',
  'params.json',
  'out.log',
  'err.log',
  'started.json',
  'ended.json',
  'metrics.jsonl',
  'stop',
  'usage.csv',
  'gpu.csv',
  'inputs.json',
  'env',
  'work',
  'work.code',
  'work.part',
];

/**
 * Whether a file or folder is one that sheaf or a job made, so that a pattern such as `*` does not mean it.
 *
 * @param path relative to the folder of the experiment: `attempts/train-1/out.log`
 */
export function isOwnFile(path: string): boolean {
  const [first = '', attempt, name, ...inner] = path.split('/');
  if (first !== 'attempts' || attempt === undefined) return IN_EXPERIMENT.includes(first) && attempt === undefined;
  if (name === undefined) return true;
  return IN_ATTEMPT.includes(name) && (name === 'env' || inner.length === 0);
}
