import type { Api } from '../../../server/index.ts';

/** An experiment that ended, as far as it counts here. */
type Ended = Pick<Api['activity']['answer']['ended']['newest'][number], 'expId' | 'sweep' | 'template' | 'atMs'>;

/** A sweep with its members that ended, or an experiment of none. */
export interface CompletedGroup {
  readonly name: string;
  /** Undefined for an experiment of no sweep. */
  readonly sweep: string | undefined;
  readonly count: number;
  readonly template: string;
  /** When the last of them ended, milliseconds since 1970. */
  readonly atMs: number;
}

/** Members of a sweep are one line, so that a large sweep hides nothing else. @param ended the newest first */
export function groupCompleted(ended: readonly Ended[]): CompletedGroup[] {
  const groups = Map.groupBy(ended, ({ sweep, expId }) => (sweep === undefined ? `x ${expId}` : `s ${sweep}`));
  return [...groups.values()].flatMap((members) => {
    const [newest] = members;
    if (newest === undefined) return [];
    const { sweep, expId, template, atMs } = newest;
    return [{ name: sweep ?? expId, sweep, count: members.length, template, atMs }];
  });
}
