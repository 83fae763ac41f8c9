import { decodeCurves, type DecodedCurves } from '../../../core/curves/encoding.ts';
import { Sparkline } from './sparkline.tsx';

/** The way of a metric of an experiment; nothing if the answer has none. @param bytes an answer to `curves` */
export function EncodedSparkline({
  bytes,
  expId,
  metric,
}: {
  readonly bytes: Uint8Array;
  readonly expId: string;
  readonly metric: string;
}) {
  const curve = decodeOnce(bytes).curves.find(
    (each) => each.expId === expId && each.metric === metric && !each.superseded,
  );
  return curve === undefined ? null : <Sparkline curve={curve} />;
}

const decoded = new WeakMap<Uint8Array, DecodedCurves>();

/** An answer has the curves of many rows. */
function decodeOnce(bytes: Uint8Array): DecodedCurves {
  const known = decoded.get(bytes) ?? decodeCurves(bytes);
  decoded.set(bytes, known);
  return known;
}
