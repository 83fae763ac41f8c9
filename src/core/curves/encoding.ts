import {
  countBytes,
  describeBuckets,
  joinNumbers,
  listNumbers,
  readBuckets,
  type BucketShape,
  type DecodedBuckets,
} from './bucket-bytes.ts';
import type { Curve, Curves } from './curves.ts';

/**
 * Curves as bytes: the length of the header (uint32), the header as JSON padded to a multiple of four, then the numbers of
 * each curve, as float32 and uint32, the low byte first. A line takes 12 bytes a bucket: min, max, last. Places follow
 * only if there are gaps between buckets, and counts of NaN and infinite values only if there are such values.
 */
interface Header {
  readonly version: 1;
  readonly curves: readonly CurveHeader[];
}

interface CurveHeader extends Omit<Curve, 'buckets'> {
  readonly shape: BucketShape;
}

/** What an answer says beside its curves is kept as it is. @param detail `line`: what a line and its envelope need, 12 bytes a bucket; `whole`: everything, 24 bytes */
export function encodeCurves(answer: Curves, detail: 'line' | 'whole' = 'line'): Uint8Array<ArrayBuffer> {
  const header: Header = {
    version: 1,
    ...answer,
    curves: answer.curves.map(({ buckets, ...curve }) => ({
      ...curve,
      shape: describeBuckets(buckets, detail === 'whole'),
    })),
  };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const headed = 4 + Math.ceil(text.length / 4) * 4;
  const numbers = answer.curves.flatMap(({ buckets }) =>
    listNumbers(buckets, describeBuckets(buckets, detail === 'whole')),
  );
  const bytes = joinNumbers(numbers, headed).fill(SPACE, 4, headed);
  new DataView(bytes.buffer).setUint32(0, headed - 4, true);
  bytes.set(text, 4);
  return bytes;
}

const SPACE = 0x20;

/** An answer with what was encoded of its curves. */
export type DecodedCurves<Answer extends Curves = Curves> = Omit<Answer, 'curves'> &
  Pick<Curves<DecodedBuckets>, 'curves'>;

/** What {@link encodeCurves} encoded: the numbers are views of these bytes. @throws RangeError when they are cut */
export function decodeCurves<Answer extends Curves = Curves>(bytes: Uint8Array): DecodedCurves<Answer> {
  const headed = 4 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const { version: _version, ...header } = JSON.parse(new TextDecoder().decode(bytes.subarray(4, headed))) as Header;
  let next = headed;
  const curves = header.curves.map(({ shape, ...curve }) => {
    const at = next;
    next += countBytes(shape);
    return { ...curve, buckets: readBuckets(bytes, at, shape) };
  });
  return { ...header, curves } as unknown as DecodedCurves<Answer>;
}
