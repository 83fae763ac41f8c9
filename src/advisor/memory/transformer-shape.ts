import type { TransformerShape } from './trace/setup.ts';
import type { NamedTransformer } from './transformer-names.ts';

/** A named transformer with all that follows from its sizes. */
export function makeTransformerShape(name: string, named: NamedTransformer): TransformerShape {
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

/** Classes of the small head that a model for classification has. */
const CLASSES = 2;

/** The parameters of a transformer, from its sizes: as Hugging Face's modules have them. */
export function countParams(shape: Omit<TransformerShape, 'params'>): number {
  switch (shape.family) {
    case 'bert':
      return bertParams(shape);
    case 'gpt2':
      return gptParams(shape);
    case 'llama':
      return llamaParams(shape);
    case 't5':
      return t5Params(shape);
  }
}

type Sizes = Omit<TransformerShape, 'params'>;

function bertParams({ layers, hidden, ffn, vocab, positions }: Sizes): number {
  const embeddings = (vocab + positions + 2) * hidden + 2 * hidden;
  const layer = 4 * hidden ** 2 + 4 * hidden + 2 * hidden * ffn + ffn + hidden + 4 * hidden;
  const head = hidden ** 2 + hidden + CLASSES * hidden + CLASSES;
  return embeddings + layers * layer + head;
}

function gptParams({ layers, hidden, heads, kvHeads, headDim, ffn, vocab, positions, tied }: Sizes): number {
  const [query, keys] = [heads * headDim, kvHeads * headDim];
  const attention = 2 * hidden * query + 2 * hidden * keys + query + 2 * keys + hidden;
  const layer = attention + 2 * hidden * ffn + ffn + hidden + 4 * hidden;
  return ((tied ? 1 : 2) * vocab + positions) * hidden + layers * layer + 2 * hidden;
}

function llamaParams({ layers, hidden, heads, kvHeads, headDim, ffn, vocab, tied, experts }: Sizes): number {
  const attention = 2 * hidden * heads * headDim + 2 * hidden * kvHeads * headDim;
  const gates = experts === undefined ? 0 : hidden * experts.total;
  const layer = attention + (experts?.total ?? 1) * 3 * hidden * ffn + gates + 2 * hidden;
  return (tied ? 1 : 2) * vocab * hidden + layers * layer + hidden;
}

/** The newer ones, whose output layer is not tied, have a gate beside the wide layer. */
function t5Params({ layers, decoderLayers = layers, hidden, heads, headDim, ffn, vocab, tied }: Sizes): number {
  const attention = 4 * hidden * heads * headDim;
  const wide = (tied ? 2 : 3) * hidden * ffn;
  const encoder = layers * (attention + wide + 2 * hidden);
  const decoder = decoderLayers * (2 * attention + wide + 3 * hidden);
  return (tied ? 1 : 2) * vocab * hidden + encoder + decoder + 2 * hidden;
}
