import type { Api } from '../../../server/index.ts';

/** An experiment that ended, as far as it counts here. */
type Ended = Pick<Api['activity']['answer']['ended']['newest'][number], 'expId' | 'sweep' | 'template' | 'atMs'>;

/** A sweep with its members that ended, or an experiment of none. */
export interface CompletedGroup {
  readonly name: string;
  /** Undefined for an experiment of no sweep. */
  readonly sweep: string | undefined;
  /** Its members that ended in this time. */
  readonly count: number;
  readonly template: string;
  /** When the last of them ended, milliseconds since 1970. */
  readonly atMs: number;
}

/**
 * Members of a sweep are one line, so that a large sweep hides nothing else.
 *
 * @param ended the newest first; older ones may be missing
 * @param sweeps how many members of each sweep ended
 */
export function groupCompleted(
  ended: readonly Ended[],
  sweeps: Api['activity']['answer']['ended']['sweeps'],
): CompletedGroup[] {
  const counts = new Map(sweeps.map(({ sweep, count }) => [sweep, count]));
  const groups = Map.groupBy(ended, ({ sweep, expId }) => (sweep === undefined ? `x ${expId}` : `s ${sweep}`));
  return [...groups.values()].flatMap((members) => {
    const [newest] = members;
    if (newest === undefined) return [];
    const { sweep, expId, template, atMs } = newest;
    return [{ name: sweep ?? expId, sweep, count: counts.get(sweep ?? '') ?? members.length, template, atMs }];
  });
}
