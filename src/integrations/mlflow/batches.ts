import type { Point } from './points.ts';

/** Of one `log-batch` request, see MLflow's REST API. */
const MOST_POINTS = 1_000;
const MOST_PARAMS = 100;
/** Some room below its 1 MB for the rest of the request. */
const MOST_BYTES = 900_000;

export interface Pair {
  readonly key: string;
  readonly value: string;
}

/** The body of one `log-batch` request, but for the run. */
export interface LogBatch {
  readonly metrics: readonly Point[];
  readonly params: readonly Pair[];
}

/** Divides what is to be sent so that each request is one that MLflow takes. */
export function* splitBatches(params: Iterable<Pair>, points: Iterable<Point>): Generator<LogBatch> {
  let batch = emptyBatch();
  for (const param of params) {
    const bytes = jsonBytes(param);
    if (batch.params.length === MOST_PARAMS || batch.bytes + bytes > MOST_BYTES) {
      yield batch;
      batch = emptyBatch();
    }
    batch.params.push(param);
    batch.bytes += bytes;
  }
  for (const point of points) {
    const bytes = point.key.length * 6 + POINT_BYTES;
    if (batch.metrics.length + batch.params.length === MOST_POINTS || batch.bytes + bytes > MOST_BYTES) {
      yield batch;
      batch = emptyBatch();
    }
    batch.metrics.push(point);
    batch.bytes += bytes;
  }
  if (batch.params.length > 0 || batch.metrics.length > 0) yield batch;
}

/** At most, beside its key: two numbers of 24 characters, one of 16, and the names. */
const POINT_BYTES = 120;

interface Filling extends LogBatch {
  readonly metrics: Point[];
  readonly params: Pair[];
  bytes: number;
}

function emptyBatch(): Filling {
  return { metrics: [], params: [], bytes: 0 };
}

/** As it is sent: in UTF-8, escapes included. */
function jsonBytes(pair: Pair): number {
  return Buffer.byteLength(JSON.stringify(pair)) + 1;
}
