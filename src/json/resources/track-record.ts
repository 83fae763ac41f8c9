import type { Settled, TrackRecord, TrackRow } from '../../app/index.ts';
import { isoOrNull, type Json } from '../parts/json.ts';

/** How forecasts came true: each kind of forecast, and each forecast of which something is known. */
export type TrackRecordJson = {
  readonly kinds: readonly TrackRowJson[];
  /** The same of each partition that was chosen. */
  readonly partitions: readonly { readonly partition: string; readonly kinds: readonly TrackRowJson[] }[];
  readonly forecasts: readonly SettledJson[];
};

/** How forecasts of one kind came true. */
export type TrackRowJson = {
  readonly of: TrackRow['of'];
  readonly kind: string;
  readonly settled: number;
  readonly open: number;
  readonly p50_held: HeldJson | null;
  readonly p90_held: HeldJson | null;
  readonly median_factor: number | null;
  /** Mean pinball loss of log(1 + seconds); of waits and run times. */
  readonly log_loss: { readonly p50: number; readonly p90: number; readonly of: number } | null;
  readonly judgement: string;
};

type HeldJson = { readonly held: number; readonly of: number };

/** Memory is in GiB, wait and run time in seconds: `p50_gib` or `p50_seconds`, and so `p90_…` and `actual_…`. */
type SettledJson = {
  readonly of: Settled['of'];
  readonly kind: string;
  readonly attempt: string | null;
  readonly partition: string | null;
  readonly submitted: string | null;
  readonly at_least: boolean;
  readonly [figure: string]: Json;
};

export function trackRecordJson({ rows, partitions, settled }: TrackRecord): TrackRecordJson {
  return {
    kinds: rows.map(trackRowJson),
    partitions: partitions.map(({ partition, rows: own }) => ({ partition, kinds: own.map(trackRowJson) })),
    forecasts: settled.map(settledJson),
  };
}

export function trackRowJson({ of, kind, settled, open, p50, p90, factor, loss, words }: TrackRow): TrackRowJson {
  return {
    of,
    kind,
    settled,
    open,
    p50_held: heldJson(p50),
    p90_held: heldJson(p90),
    median_factor: factor ?? null,
    log_loss: loss === undefined ? null : { p50: loss.p50, p90: loss.p90, of: loss.of },
    judgement: words,
  };
}

function heldJson(held: TrackRow['p50']): HeldJson | null {
  return held === undefined ? null : { held: held.held, of: held.of };
}

function settledJson({ of, kind, p50, p90, actual, atLeast = false, where, partition, atMs }: Settled): SettledJson {
  const unit = of === 'memory' ? 'gib' : 'seconds';
  return {
    of,
    kind,
    attempt: where ?? null,
    partition: partition ?? null,
    submitted: isoOrNull(atMs),
    [`p50_${unit}`]: p50 ?? null,
    [`p90_${unit}`]: p90 ?? null,
    [`actual_${unit}`]: actual,
    at_least: atLeast,
  };
}
