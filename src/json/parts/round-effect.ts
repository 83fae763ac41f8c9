import type { RoundEffect } from '../../app/index.ts';

/** What a sweep that goes on by itself did to members: `repeated` are those that repeat the best ones with further seeds. */
export type RoundEffectJson = {
  readonly sweep: string;
  readonly did: 'stopped' | 'paused' | 'resumed' | 'proposed' | 'repeated';
  readonly exp_ids: readonly string[];
};

export function roundEffectJson({ sweep, did, expIds }: RoundEffect): RoundEffectJson {
  return { sweep, did, exp_ids: expIds };
}
