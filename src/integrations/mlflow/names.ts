/** Of names of metrics, parameters and tags, in MLflow 2 and 3. */
const LONGEST_NAME = 250;
/** Of the value of a parameter; MLflow cuts longer ones. */
export const LONGEST_PARAM = 6_000;
/** Of the value of a tag. MLflow 3 takes 8,000. */
export const LONGEST_TAG = 5_000;

/** Names as MLflow takes them, and what had to be changed. */
export interface Named<T> {
  readonly items: readonly (readonly [name: string, value: T])[];
  readonly remarks: readonly string[];
}

/**
 * Gives everything a name that MLflow takes: letters, digits, `_`, `-`, `.`, `:`, spaces and `/`, where it reads as a
 * path that leads down. Two that would get the same name are not mixed up: the second one is left out.
 *
 * @param what as in `the metric`
 */
export function nameItems<T>(what: string, items: Iterable<readonly [name: string, value: T]>): Named<T> {
  const taken = new Map<string, string>();
  const named: (readonly [string, T])[] = [];
  const remarks: string[] = [];
  for (const [name, value] of items) {
    const tame = tameName(name);
    const other = taken.get(tame);
    if (other !== undefined) {
      remarks.push(`${what} "${name}" is left out: MLflow would take it for "${other}"`);
    } else if (tame.length > LONGEST_NAME) {
      remarks.push(`${what} "${tame.slice(0, 40)}…" is left out: MLflow takes names of ${LONGEST_NAME} characters`);
    } else {
      if (tame !== name) remarks.push(`${what} "${name}" is sent as "${tame}": MLflow does not take its name`);
      taken.set(tame, name);
      named.push([tame, value]);
    }
  }
  return { items: named, remarks };
}

/** The rules of `mlflow/utils/validation.py`. */
function tameName(name: string): string {
  const tame = name.replace(/[^\p{L}\p{N}_/.\- :]/gu, '_') || '_';
  const steps = tame.split('/');
  const leadsDown = steps.every((step) => step !== '' && step !== '.' && step !== '..');
  if (leadsDown) return tame;
  const flat = steps.join('_');
  return /^\.{1,2}$/.test(flat) ? flat.replaceAll('.', '_') : flat;
}
