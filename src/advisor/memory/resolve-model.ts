import { isMap, type Value, type ValueMap } from '../../core/value.ts';
import { fromHuggingFace } from './hugging-face.ts';
import type { GenericShape, ModelShape, TransformerFamily, TransformerShape } from './trace/setup.ts';
import { NAMED_TRANSFORMERS, type NamedTransformer } from './transformer-names.ts';
import { makeTransformerShape } from './transformer-shape.ts';
import { VISION_MODELS } from './vision-models.ts';

/** A model by its sizes, for those that have no name here. */
export interface ModelNumbers {
  readonly name?: string;
  readonly params?: number;
  readonly family?: TransformerFamily;
  readonly layers?: number;
  readonly hidden?: number;
  readonly heads?: number;
  readonly kvHeads?: number;
  readonly headDim?: number;
  readonly ffn?: number;
  readonly vocab?: number;
  readonly tied?: boolean;
  /** GiB that one sample keeps, in 32 bits. */
  readonly activationGibPerSample?: number;
}

/**
 * What is known of a model: by its name (`resnet50`, `meta-llama/Llama-3.1-8B`), by the contents of its `config.json`, or by
 * numbers. Undefined: it is not known.
 */
export function resolveModel(model: string | ValueMap): ModelShape | undefined {
  return typeof model === 'string' ? byName(model) : fromHuggingFace(model);
}

/** Names that {@link resolveModel} knows, for the nearest one to a mistyped name. */
export function listModelNames(): readonly string[] {
  return [...Object.keys(NAMED_TRANSFORMERS), ...Object.keys(VISION_MODELS)];
}

/** A model by numbers. Undefined: neither its parameters nor layers and width are given. */
export function makeModelFromNumbers(numbers: ModelNumbers): TransformerShape | GenericShape | undefined {
  const { name = 'a model', layers, hidden, params } = numbers;
  if (layers !== undefined && hidden !== undefined) {
    const heads = numbers.heads ?? Math.max(1, Math.round(hidden / 64));
    const family = numbers.family ?? 'llama';
    const named: NamedTransformer = {
      family,
      layers,
      hidden,
      heads,
      kvHeads: numbers.kvHeads ?? heads,
      headDim: numbers.headDim ?? Math.round(hidden / heads),
      ffn: numbers.ffn ?? (family === 'llama' ? Math.round((8 * hidden) / 3) : 4 * hidden),
      vocab: numbers.vocab ?? 32_000,
      tied: numbers.tied ?? family !== 'llama',
    };
    const shape = makeTransformerShape(name, named);
    return params === undefined ? shape : { ...shape, params };
  }
  if (params === undefined) return undefined;
  const { activationGibPerSample } = numbers;
  return {
    kind: 'generic',
    name,
    params,
    ...(activationGibPerSample === undefined ? {} : { activationGibPerSample }),
  };
}

function byName(name: string): ModelShape | undefined {
  for (const candidate of spellings(name)) {
    const named = own(NAMED_TRANSFORMERS, candidate);
    if (named !== undefined) return makeTransformerShape(candidate, named);
    const vision = own(VISION_MODELS, candidate.replaceAll('-', '_'));
    if (vision !== undefined) return vision;
  }
  return undefined;
}

/** Not what every object has: `constructor` is no model. */
function own<T>(models: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(models, name) ? models[name] : undefined;
}

/** Endings of names that say how a model was trained, not how large it is. */
const ENDINGS =
  /[-_](hf|chat|instruct|it|base|uncased|cased|finetuned|sft|dpo|multilingual|english|bnb|4bit|v\d+(\.\d+)*|\d+k|deduped|step\d+|in1k|in21k|\d{4,})$/;

/** Names that the same model goes by: of the hub, of the makers, and of other libraries. */
const OTHER_NAMES: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/^(?:meta-)?llama-?([23](?:\.\d)?)-(.+)$/, 'llama$1-$2'],
  [/^llama3\.[13]-(8b|70b)(.*)$/, 'llama3-$1$2'],
  [/^llama3\.2-(\d+)b-.*$/, 'llama3.2-$1b'],
  [/^tiny-?llama(-.*)?$/, 'tinyllama-1.1b'],
  [/^distilbert-base(-.*)?$/, 'distilbert'],
  [/^distilroberta-base(-.*)?$/, 'distilroberta'],
  [/^bert$/, 'bert-base'],
  [/^roberta$/, 'roberta-base'],
  [/^(?:openai-community-)?gpt2-(?:small|base)$/, 'gpt2'],
  [/^qwen2\.5-(.*)$/, 'qwen2-$1'],
  [/^qwen2-(.*?)-(coder|math|vl)$/, 'qwen2-$1'],
  [/^qwen2-(?:coder|math)-(.*)$/, 'qwen2-$1'],
  [/^gemma-([23])-(.*)$/, 'gemma$1-$2'],
  [/^phi-1[_-]5$/, 'phi-1.5'],
  [/^phi-?2$/, 'phi-2'],
  [/^mobilenet-?v2$/, 'mobilenet_v2'],
  [/^mobilenet-?v3$/, 'mobilenet_v3_large'],
  [/^phi-3(?:\.5)?-mini.*$/, 'phi-3-mini'],
  [/^phi-3-medium.*$/, 'phi-3-medium'],
  [/^mistral-nemo.*$/, 'mistral-nemo-12b'],
  [/^mixtral-8x7b.*$/, 'mixtral-8x7b'],
  [/^smollm-(.*)$/, 'smollm2-$1'],
  [/^google-bert-(.*)$/, 'bert-$1'],
  [/^vit-(base|large)-patch(16|32)(-.*)?$/, 'vit_$1_$2'],
  [/^vit_(base|large|huge)_patch(\d+)(_.*)?$/, 'vit_$1_$2'],
  [/^vit_base_(\d+)$/, 'vit_b_$1'],
  [/^vit_large_(\d+)$/, 'vit_l_$1'],
  [/^vit_huge_(\d+)$/, 'vit_h_$1'],
  [/^vit-([blh])-(\d+)$/, 'vit_$1_$2'],
  [/^swin_(tiny|small|base)_.*$/, 'swin_$1'],
  [/^swin_tiny$/, 'swin_t'],
  [/^swin_small$/, 'swin_s'],
  [/^swin_base$/, 'swin_b'],
  [/^(resnet|densenet|vgg|regnet|wide-resnet|resnext)-(\d.*)$/, '$1$2'],
  [/^efficientnet-b(\d)$/, 'efficientnet_b$1'],
];

/** The name and what it may mean, from the most exact on. */
function* spellings(name: string): Generator<string> {
  let text = name.trim().toLowerCase().split('/').at(-1) ?? '';
  for (let ending = 0; ending < 6; ending += 1) {
    yield text;
    yield text.replaceAll('_', '-');
    for (const other of otherNames(text)) yield other;
    const shorter = text.replace(ENDINGS, '');
    if (shorter === text) return;
    text = shorter;
  }
}

function* otherNames(text: string): Generator<string> {
  let current = text;
  for (const [pattern, name] of OTHER_NAMES) {
    if (!pattern.test(current)) continue;
    current = current.replace(pattern, name);
    yield current;
  }
}

/** Keys under which a map of a model has its name. */
const NAME_KEYS = ['name', 'model_name', 'name_or_path', 'model_name_or_path', 'pretrained', 'arch'];

/** A model as an experiment's parameter has it: a name, or a map with a name or with sizes. */
export function parseModel(value: Value): ModelShape | undefined {
  if (typeof value === 'string') return resolveModel(value);
  if (!isMap(value)) return undefined;
  const names = NAME_KEYS.map((key) => value[key]).filter((name) => typeof name === 'string');
  return resolveModel(value) ?? names.map((name) => resolveModel(name)).find((found) => found !== undefined);
}
