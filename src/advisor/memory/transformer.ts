import type { Footprint } from './footprint.ts';
import type { TrainingSetup, TransformerFamily, TransformerShape } from './setup.ts';
import { isAutocast, isPureHalf, shares, stateBytes, weightBytes } from './states.ts';

/**
 * Bytes that a layer keeps for the backward pass per token and unit of width, without the matrix of attention:
 * Korthikanti et al. (arXiv 2205.05198), counted again for 32 bits and for autocast; of decoders with SwiGLU measured
 * copies (stas00/ml-engineering).
 */
const KEPT: {
  readonly [F in TransformerFamily]: { readonly fp32: number; readonly amp: number; readonly half: number };
} = {
  bert: { fp32: 66, amp: 45, half: 34 },
  gpt2: { fp32: 82, amp: 62, half: 44 },
  llama: { fp32: 110, amp: 80, half: 56 },
  t5: { fp32: 82, amp: 62, half: 44 },
};

/** What is kept by a layer below adapters: frozen products need no inputs. */
const WITH_LORA = 0.8;

/** Bytes of each score over the vocabulary, with the copies that the loss of Hugging Face makes. */
const BYTES_PER_LOGIT = 10;

/** A transformer as Hugging Face's modules run it. */
export function transformerFootprint(setup: TrainingSetup, model: TransformerShape): Footprint {
  const { microBatch, precision, lora } = setup;
  const seqLen = setup.seqLen ?? 512;
  const tokens = microBatch * seqLen;
  const split = shares(setup.sharding);
  const trained = lora === undefined ? model.params : adapterParams(model, lora);
  const layers = model.layers + (model.decoderLayers ?? 0);
  const kept = KEPT[model.family][isPureHalf(precision) ? 'half' : isAutocast(precision) ? 'amp' : 'fp32'];
  const matrix = setup.attention === 'eager' ? (11 * model.heads * seqLen) / model.hidden : 0;
  const layer = tokens * model.hidden * (kept * (lora === undefined ? 1 : WITH_LORA) + matrix);
  const activations = setup.gradientCheckpointing
    ? layer + layers * tokens * model.hidden * (isPureHalf(precision) ? 2 : 4)
    : layers * layer;
  const logits = model.family === 'bert' ? 0 : tokens * model.vocab * BYTES_PER_LOGIT;
  const frozen = lora === undefined ? 0 : model.params;
  const frozenBytes = setup.quantised === 'nf4' ? 0.57 : setup.quantised === 'int8' ? 1.05 : weightBytes(precision);
  const gradients = (trained * weightBytes(precision)) / split.gradients;
  return {
    bytes: {
      weights: (frozen * frozenBytes + trained * weightBytes(precision)) / split.weights,
      gradients,
      optimizer: (trained * stateBytes(setup.optimizer, precision)) / split.states,
      activations,
      logits,
      workspace: 0,
      overhead: 0.08 * (activations + logits),
    },
    basis: `${model.name}: counted from its layers`,
    assumptions: setup.seqLen === undefined ? ['samples of 512 tokens'] : [],
  };
}

/** The two thin matrices beside each adapted one, in every layer. */
export function adapterParams(
  model: TransformerShape,
  { r, targets }: { r: number; targets: readonly string[] },
): number {
  const layers = model.layers + (model.decoderLayers ?? 0);
  return layers * targets.reduce((sum, target) => sum + r * sidesOf(model, target), 0);
}

/** The inputs and outputs of a matrix, by the name that its module has. */
function sidesOf({ hidden, heads, kvHeads, headDim, ffn }: TransformerShape, target: string): number {
  const query = heads * headDim;
  const keys = kvHeads * headDim;
  if (/^(k_proj|v_proj|key|value|k|v)$/.test(target)) return hidden + keys;
  if (/^(q_proj|o_proj|out_proj|query|q|o|dense)$/.test(target)) return hidden + query;
  if (/^(c_attn|qkv_proj|query_key_value|Wqkv)$/.test(target)) return hidden + query + 2 * keys;
  if (/^(gate_up_proj)$/.test(target)) return hidden + 2 * ffn;
  if (
    /^(gate_proj|up_proj|down_proj|fc1|fc2|c_fc|w1|w2|w3|wi|wo|wi_0|wi_1|dense_h_to_4h|dense_4h_to_h)$/.test(target)
  ) {
    return hidden + ffn;
  }
  return 2 * hidden;
}
