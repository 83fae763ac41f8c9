import { type Value, type ValueMap, withoutUndefined } from '../../core/value.ts';
import type { TransformerFamily, TransformerShape } from './trace/setup.ts';
import { makeTransformerShape } from './transformer-shape.ts';

/** Which modules a `model_type` has; those that are not here are taken for Llama's. */
const FAMILIES: readonly (readonly [pattern: RegExp, family: TransformerFamily])[] = [
  [/^(bert|roberta|xlm-roberta|distilbert|electra|deberta(-v2)?|camembert|mpnet|albert|ernie)$/, 'bert'],
  [/^(gpt2|gpt_neo|gpt_neox|gptj|opt|bloom|mpt|falcon|phi|gpt_bigcode|starcoder2|codegen)$/, 'gpt2'],
  [/^(t5|mt5|umt5|longt5)$/, 't5'],
];

/** A transformer from the contents of its `config.json`. Undefined: it has no layers or width. */
export function fromHuggingFace(config: ValueMap): TransformerShape | undefined {
  const type = textOf(config['model_type']) ?? '';
  const family = FAMILIES.find(([pattern]) => pattern.test(type))?.[1] ?? 'llama';
  const number = (...keys: readonly string[]): number | undefined => firstNumber(config, keys);
  const layers = number('num_hidden_layers', 'n_layer', 'n_layers', 'num_layers');
  const hidden = number('hidden_size', 'n_embd', 'd_model', 'dim');
  if (layers === undefined || hidden === undefined) return undefined;
  const heads = number('num_attention_heads', 'n_head', 'n_heads', 'num_heads') ?? Math.max(1, Math.round(hidden / 64));
  const kvHeads = number('num_key_value_heads', 'num_kv_heads') ?? (config['multi_query'] === true ? 1 : heads);
  const headDim = number('head_dim', 'd_kv');
  const experts = number('num_local_experts', 'num_experts');
  const decoderLayers = family === 't5' ? (number('num_decoder_layers') ?? layers) : undefined;
  return makeTransformerShape(
    textOf(config['_name_or_path']) || type || 'transformer',
    withoutUndefined({
      family,
      layers,
      hidden,
      heads,
      kvHeads,
      ffn:
        number('intermediate_size', 'n_inner', 'ffn_dim', 'd_ff', 'hidden_dim', 'ffn_hidden_size') ??
        (family === 'llama' ? Math.round((8 * hidden) / 3) : 4 * hidden),
      vocab: number('vocab_size') ?? 32_000,
      tied:
        typeof config['tie_word_embeddings'] === 'boolean'
          ? config['tie_word_embeddings']
          : tiedByDefault(type, family),
      positions: positionsOf(config, family),
      ...(/^(qwen3|gemma3|olmo2)/.test(type) ? { headNorms: true } : {}),
      ...(/^gelu_(new|pytorch_tanh)$/.test(textOf(config['activation_function']) ?? '') ? { spelledGelu: true } : {}),
      headDim,
      decoderLayers,
      ...(experts === undefined ? {} : { experts: { total: experts, active: number('num_experts_per_tok') ?? 2 } }),
    }),
  );
}

/** What `tie_word_embeddings` is taken for where a configuration leaves it out. */
function tiedByDefault(type: string, family: TransformerFamily): boolean {
  if (type.startsWith('gemma')) return true;
  return family !== 'llama' && !/^(gpt_neox|gptj|phi)$/.test(type);
}

/** Only a learned table of positions has parameters. */
function positionsOf(config: ValueMap, family: TransformerFamily): number {
  const learned = family === 'bert' || /^(gpt2|gpt_neo|opt|gpt_bigcode)$/.test(textOf(config['model_type']) ?? '');
  return learned ? (firstNumber(config, ['max_position_embeddings', 'n_positions', 'n_ctx']) ?? 0) : 0;
}

function firstNumber(config: ValueMap, keys: readonly string[]): number | undefined {
  for (const key of keys) {
    const value = config[key];
    if (typeof value === 'number' && value > 0) return value;
  }
  return undefined;
}

function textOf(value: Value | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
