import type { TransformerFamily } from './trace/setup.ts';

/** The sizes of a named transformer, as in its `config.json`. */
export interface NamedTransformer {
  readonly family: TransformerFamily;
  readonly layers: number;
  readonly decoderLayers?: number;
  readonly hidden: number;
  readonly heads: number;
  readonly kvHeads?: number;
  readonly headDim?: number;
  readonly ffn: number;
  readonly vocab: number;
  readonly tied?: boolean;
  readonly positions?: number;
  readonly spelledGelu?: boolean;
  readonly headNorms?: boolean;
  readonly experts?: { readonly total: number; readonly active: number };
}

type Sizes = readonly [layers: number, hidden: number, heads: number, ffn: number];
type Grouped = readonly [layers: number, hidden: number, heads: number, kvHeads: number, ffn: number, vocab: number];

function bert([layers, hidden, heads, ffn]: Sizes, vocab = 30_522, positions = 512): NamedTransformer {
  return { family: 'bert', layers, hidden, heads, ffn, vocab, tied: true, positions };
}

/** Of the kind of GPT-2: layer norms, biases, one wide layer with GELU or ReLU. */
function gpt(
  [layers, hidden, heads, ffn]: Sizes,
  vocab: number,
  rest: Partial<NamedTransformer> = {},
): NamedTransformer {
  return { family: 'gpt2', layers, hidden, heads, ffn, vocab, tied: true, positions: 1024, ...rest };
}

/** Of the kind of Llama: RMS norms, no biases, a gate beside the wide layer. */
function llama(
  [layers, hidden, heads, kvHeads, ffn, vocab]: Grouped,
  rest: Partial<NamedTransformer> = {},
): NamedTransformer {
  return { family: 'llama', layers, hidden, heads, kvHeads, ffn, vocab, ...rest };
}

function t5([layers, hidden, heads, ffn]: Sizes, rest: Partial<NamedTransformer> = {}): NamedTransformer {
  return {
    family: 't5',
    layers,
    decoderLayers: layers,
    hidden,
    heads,
    headDim: 64,
    ffn,
    vocab: 32_128,
    tied: true,
    ...rest,
  };
}

const SPELLED_GELU = { spelledGelu: true } as const;
const TIED = { tied: true } as const;
const QWEN3 = { headDim: 128, headNorms: true } as const;
const GEMMA3 = { tied: true, headDim: 256, headNorms: true } as const;
const UNTIED = { tied: false } as const;
const NO_POSITIONS = { tied: false, positions: 0 } as const;

/** Source: the `config.json` of each model at Hugging Face. */
export const NAMED_TRANSFORMERS: { readonly [name: string]: NamedTransformer } = {
  'bert-tiny': bert([2, 128, 2, 512]),
  'bert-mini': bert([4, 256, 4, 1024]),
  'bert-small': bert([4, 512, 8, 2048]),
  'bert-medium': bert([8, 512, 8, 2048]),
  'bert-base': bert([12, 768, 12, 3072]),
  'bert-large': bert([24, 1024, 16, 4096]),
  distilbert: bert([6, 768, 12, 3072]),
  'roberta-base': bert([12, 768, 12, 3072], 50_265, 514),
  'roberta-large': bert([24, 1024, 16, 4096], 50_265, 514),
  distilroberta: bert([6, 768, 12, 3072], 50_265, 514),
  'xlm-roberta-base': bert([12, 768, 12, 3072], 250_002, 514),
  'xlm-roberta-large': bert([24, 1024, 16, 4096], 250_002, 514),
  'electra-base': bert([12, 768, 12, 3072]),
  'electra-large': bert([24, 1024, 16, 4096]),
  'deberta-v3-base': bert([12, 768, 12, 3072], 128_100),
  'deberta-v3-large': bert([24, 1024, 16, 4096], 128_100),

  distilgpt2: gpt([6, 768, 12, 3072], 50_257, SPELLED_GELU),
  gpt2: gpt([12, 768, 12, 3072], 50_257, SPELLED_GELU),
  'gpt2-medium': gpt([24, 1024, 16, 4096], 50_257, SPELLED_GELU),
  'gpt2-large': gpt([36, 1280, 20, 5120], 50_257, SPELLED_GELU),
  'gpt2-xl': gpt([48, 1600, 25, 6400], 50_257, SPELLED_GELU),
  'opt-125m': gpt([12, 768, 12, 3072], 50_272, { positions: 2050 }),
  'opt-350m': gpt([24, 1024, 16, 4096], 50_272, { positions: 2050 }),
  'opt-1.3b': gpt([24, 2048, 32, 8192], 50_272, { positions: 2050 }),
  'opt-2.7b': gpt([32, 2560, 32, 10_240], 50_272, { positions: 2050 }),
  'opt-6.7b': gpt([32, 4096, 32, 16_384], 50_272, { positions: 2050 }),
  'opt-13b': gpt([40, 5120, 40, 20_480], 50_272, { positions: 2050 }),
  'opt-30b': gpt([48, 7168, 56, 28_672], 50_272, { positions: 2050 }),
  'pythia-70m': gpt([6, 512, 8, 2048], 50_304, NO_POSITIONS),
  'pythia-160m': gpt([12, 768, 12, 3072], 50_304, NO_POSITIONS),
  'pythia-410m': gpt([24, 1024, 16, 4096], 50_304, NO_POSITIONS),
  'pythia-1b': gpt([16, 2048, 8, 8192], 50_304, NO_POSITIONS),
  'pythia-1.4b': gpt([24, 2048, 16, 8192], 50_304, NO_POSITIONS),
  'pythia-2.8b': gpt([32, 2560, 32, 10_240], 50_304, NO_POSITIONS),
  'pythia-6.9b': gpt([32, 4096, 32, 16_384], 50_432, NO_POSITIONS),
  'pythia-12b': gpt([36, 5120, 40, 20_480], 50_688, NO_POSITIONS),
  'gpt-neo-125m': gpt([12, 768, 12, 3072], 50_257, { positions: 2048, spelledGelu: true }),
  'gpt-neo-1.3b': gpt([24, 2048, 16, 8192], 50_257, { positions: 2048, spelledGelu: true }),
  'gpt-neo-2.7b': gpt([32, 2560, 20, 10_240], 50_257, { positions: 2048, spelledGelu: true }),
  'gpt-j-6b': gpt([28, 4096, 16, 16_384], 50_400, { ...NO_POSITIONS, spelledGelu: true }),
  'gpt-neox-20b': gpt([44, 6144, 64, 24_576], 50_432, NO_POSITIONS),
  'bloom-560m': gpt([24, 1024, 16, 4096], 250_880, { positions: 0 }),
  'bloom-1b1': gpt([24, 1536, 16, 6144], 250_880, { positions: 0 }),
  'bloom-1b7': gpt([24, 2048, 16, 8192], 250_880, { positions: 0 }),
  'bloom-3b': gpt([30, 2560, 32, 10_240], 250_880, { positions: 0 }),
  'bloom-7b1': gpt([30, 4096, 32, 16_384], 250_880, { positions: 0 }),
  'mpt-7b': gpt([32, 4096, 32, 16_384], 50_432, { positions: 0 }),
  'falcon-7b': gpt([32, 4544, 71, 18_176], 65_024, { kvHeads: 1, headDim: 64, positions: 0 }),
  'phi-1.5': gpt([24, 2048, 32, 8192], 51_200, { ...NO_POSITIONS, spelledGelu: true }),
  'phi-2': gpt([32, 2560, 32, 10_240], 51_200, { ...NO_POSITIONS, spelledGelu: true }),
  'stablelm-base-alpha-3b': gpt([16, 4096, 32, 16_384], 50_688, NO_POSITIONS),
  'starcoder2-3b': gpt([30, 3072, 24, 12_288], 49_152, { kvHeads: 2, positions: 0 }),

  // Llama's modules in the sizes of GPT-3's table.
  'gpt-125m': llama([12, 768, 12, 12, 3072, 50_304]),
  'gpt-350m': llama([24, 1024, 16, 16, 4096, 50_304]),
  'gpt-760m': llama([24, 1536, 16, 16, 6144, 50_304]),
  'gpt-1.3b': llama([24, 2048, 16, 16, 8192, 50_304]),
  'gpt-2.7b': llama([32, 2560, 32, 32, 10_240, 50_304]),
  'tinyllama-1.1b': llama([22, 2048, 32, 4, 5632, 32_000]),
  'llama-7b': llama([32, 4096, 32, 32, 11_008, 32_000]),
  'llama-13b': llama([40, 5120, 40, 40, 13_824, 32_000]),
  'llama-30b': llama([60, 6656, 52, 52, 17_920, 32_000]),
  'llama-65b': llama([80, 8192, 64, 64, 22_016, 32_000]),
  'llama2-7b': llama([32, 4096, 32, 32, 11_008, 32_000]),
  'llama2-13b': llama([40, 5120, 40, 40, 13_824, 32_000]),
  'llama2-70b': llama([80, 8192, 64, 8, 28_672, 32_000]),
  'codellama-7b': llama([32, 4096, 32, 32, 11_008, 32_016]),
  'codellama-13b': llama([40, 5120, 40, 40, 13_824, 32_016]),
  'codellama-34b': llama([48, 8192, 64, 8, 22_016, 32_000]),
  'llama3-8b': llama([32, 4096, 32, 8, 14_336, 128_256]),
  'llama3-70b': llama([80, 8192, 64, 8, 28_672, 128_256]),
  'llama3.2-1b': llama([16, 2048, 32, 8, 8192, 128_256], TIED),
  'llama3.2-3b': llama([28, 3072, 24, 8, 8192, 128_256], TIED),
  'llama3.1-405b': llama([126, 16_384, 128, 8, 53_248, 128_256]),
  'smollm2-135m': llama([30, 576, 9, 3, 1536, 49_152], TIED),
  'smollm2-360m': llama([32, 960, 15, 5, 2560, 49_152], TIED),
  'smollm2-1.7b': llama([24, 2048, 32, 32, 8192, 49_152], TIED),
  'mistral-7b': llama([32, 4096, 32, 8, 14_336, 32_000]),
  'mistral-nemo-12b': llama([40, 5120, 32, 8, 14_336, 131_072], { headDim: 128 }),
  'mistral-small-24b': llama([40, 5120, 32, 8, 32_768, 131_072], { headDim: 128 }),
  'mixtral-8x7b': llama([32, 4096, 32, 8, 14_336, 32_000], { experts: { total: 8, active: 2 } }),
  'qwen-1.8b': llama([24, 2048, 16, 16, 5504, 151_936]),
  'qwen-7b': llama([32, 4096, 32, 32, 11_008, 151_936]),
  'qwen-14b': llama([40, 5120, 40, 40, 13_696, 152_064]),
  'qwen-72b': llama([80, 8192, 64, 64, 24_576, 152_064]),
  'qwen1.5-0.5b': llama([24, 1024, 16, 16, 2816, 151_936], TIED),
  'qwen1.5-1.8b': llama([24, 2048, 16, 16, 5504, 151_936]),
  'qwen1.5-4b': llama([40, 2560, 20, 20, 6912, 151_936]),
  'qwen1.5-7b': llama([32, 4096, 32, 32, 11_008, 151_936]),
  'qwen2-0.5b': llama([24, 896, 14, 2, 4864, 151_936], TIED),
  'qwen2-1.5b': llama([28, 1536, 12, 2, 8960, 151_936], TIED),
  'qwen2-3b': llama([36, 2048, 16, 2, 11_008, 151_936], TIED),
  'qwen2-7b': llama([28, 3584, 28, 4, 18_944, 152_064]),
  'qwen2-14b': llama([48, 5120, 40, 8, 13_824, 152_064]),
  'qwen2-32b': llama([64, 5120, 40, 8, 27_648, 152_064]),
  'qwen2-72b': llama([80, 8192, 64, 8, 29_568, 152_064]),
  'qwen3-0.6b': llama([28, 1024, 16, 8, 3072, 151_936], { ...QWEN3, tied: true }),
  'qwen3-1.7b': llama([28, 2048, 16, 8, 6144, 151_936], { ...QWEN3, tied: true }),
  'qwen3-4b': llama([36, 2560, 32, 8, 9728, 151_936], { ...QWEN3, tied: true }),
  'qwen3-8b': llama([36, 4096, 32, 8, 12_288, 151_936], QWEN3),
  'qwen3-14b': llama([40, 5120, 40, 8, 17_408, 151_936], QWEN3),
  'qwen3-32b': llama([64, 5120, 64, 8, 25_600, 151_936], QWEN3),
  'phi-3-mini': llama([32, 3072, 32, 32, 8192, 32_064]),
  'phi-3-medium': llama([40, 5120, 40, 10, 17_920, 32_064]),
  'phi-4': llama([40, 5120, 40, 10, 17_920, 100_352]),
  'gemma-2b': llama([18, 2048, 8, 1, 16_384, 256_000], { tied: true, headDim: 256 }),
  'gemma-7b': llama([28, 3072, 16, 16, 24_576, 256_000], { tied: true, headDim: 256 }),
  'gemma2-2b': llama([26, 2304, 8, 4, 9216, 256_000], { tied: true, headDim: 256 }),
  'gemma2-9b': llama([42, 3584, 16, 8, 14_336, 256_000], { tied: true, headDim: 256 }),
  'gemma2-27b': llama([46, 4608, 32, 16, 36_864, 256_000], { tied: true, headDim: 128 }),
  'gemma3-1b': llama([26, 1152, 4, 1, 6912, 262_144], GEMMA3),
  'gemma3-4b': llama([34, 2560, 8, 4, 10_240, 262_208], GEMMA3),
  'stablelm-3b': llama([32, 2560, 32, 32, 6912, 50_304]),

  't5-small': t5([6, 512, 8, 2048]),
  't5-base': t5([12, 768, 12, 3072]),
  't5-large': t5([24, 1024, 16, 4096]),
  't5-3b': t5([24, 1024, 32, 16_384], { headDim: 128 }),
  't5-11b': t5([24, 1024, 128, 65_536], { headDim: 128 }),
  'flan-t5-small': t5([8, 512, 6, 1024], UNTIED),
  'flan-t5-base': t5([12, 768, 12, 2048], UNTIED),
  'flan-t5-large': t5([24, 1024, 16, 2816], UNTIED),
  'flan-t5-xl': t5([24, 2048, 32, 5120], UNTIED),
  'flan-t5-xxl': t5([24, 4096, 64, 10_240], UNTIED),
};
