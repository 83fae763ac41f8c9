import type { TransformerShape } from './trace/setup.ts';
import type { NamedTransformer } from './transformer-names.ts';
import { countParams } from './transformer-params.ts';

/** A named transformer with all that follows from its sizes. */
export function transformerShape(name: string, named: NamedTransformer): TransformerShape {
  const shape: Omit<TransformerShape, 'params'> = {
    kind: 'transformer',
    name,
    ...named,
    kvHeads: named.kvHeads ?? named.heads,
    headDim: named.headDim ?? Math.round(named.hidden / named.heads),
    tied: named.tied ?? false,
    positions: named.positions ?? 0,
  };
  return { ...shape, params: countParams(shape) };
}
