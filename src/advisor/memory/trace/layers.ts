import { traceEagerAttention, traceFusedAttention, traceFusedJoinedAttention } from './attention.ts';
import type { TransformerShape, TrainingSetup } from './setup.ts';
import type { ModuleTracer, Weight } from './modules.ts';
import type { Tape, Tensor } from './tape.ts';

/** What one pass through a model sees. */
export interface Pass {
  readonly modules: ModuleTracer;
  readonly model: TransformerShape;
  readonly attention: TrainingSetup['attention'];
  readonly batch: number;
  readonly seqLen: number;
  readonly lora?: TrainingSetup['lora'];
}

/** A matrix with the adapters that are trained beside it. */
export interface Projection {
  readonly weight: Weight;
  readonly outputs: number;
  readonly adapter?: readonly [down: Weight, up: Weight];
}

/** The projections of a layer, by the names that Hugging Face's modules have. */
export interface LayerWeights {
  readonly [name: string]: Projection;
}

export interface ProjectionSize {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
}

/** The matrices of a layer, in the order in which they are made. */
export function listProjections(model: TransformerShape, cross: boolean = false): readonly ProjectionSize[] {
  const { hidden, heads, kvHeads, headDim, ffn, family, tied } = model;
  const [query, keys] = [heads * headDim, kvHeads * headDim];
  const size = (name: string, inputs: number, outputs: number): ProjectionSize => ({ name, inputs, outputs });
  switch (family) {
    case 'bert':
      return [
        size('query', hidden, query),
        size('key', hidden, keys),
        size('value', hidden, keys),
        size('dense', query, hidden),
        size('up', hidden, ffn),
        size('down', ffn, hidden),
      ];
    case 'gpt2':
      return [
        size('c_attn', hidden, query + 2 * keys),
        size('c_proj', query, hidden),
        size('c_fc', hidden, ffn),
        size('down', ffn, hidden),
      ];
    case 'llama':
      return [
        size('q_proj', hidden, query),
        size('k_proj', hidden, keys),
        size('v_proj', hidden, keys),
        size('o_proj', query, hidden),
        size('gate_proj', hidden, ffn),
        size('up_proj', hidden, ffn),
        size('down_proj', ffn, hidden),
      ];
    case 't5': {
      const attention = (prefix: string): readonly ProjectionSize[] => [
        size(`${prefix}q`, hidden, query),
        size(`${prefix}k`, hidden, keys),
        size(`${prefix}v`, hidden, keys),
        size(`${prefix}o`, query, hidden),
      ];
      const gate = tied ? [] : [size('gate_proj', hidden, ffn)];
      return [
        ...attention(''),
        ...(cross ? attention('cross_') : []),
        ...gate,
        size('up_proj', hidden, ffn),
        size('down_proj', ffn, hidden),
      ];
    }
  }
}

/** Runs a layer; what comes out is held by the caller, what went in still is. */
export function runLayer(pass: Pass, weights: LayerWeights, input: Tensor, memory?: Tensor): Tensor {
  switch (pass.model.family) {
    case 'bert':
      return bertLayer(pass, weights, input);
    case 'gpt2':
      return gptLayer(pass, weights, input);
    case 'llama':
      return llamaLayer(pass, weights, input);
    case 't5':
      return t5Layer(pass, weights, input, memory);
  }
}

function bertLayer(pass: Pass, weights: LayerWeights, input: Tensor): Tensor {
  const { modules } = pass;
  const { tape } = modules;
  const [query, key, value] = [
    project(pass, weights, 'query', input),
    project(pass, weights, 'key', input),
    project(pass, weights, 'value', input),
  ];
  const mixed = attend(pass, [query, key, value], true);
  tape.drop(query, key, value);
  const dense = then(tape, project(pass, weights, 'dense', mixed), (x) => modules.dropout(x));
  tape.drop(mixed);
  const sum = modules.add(dense, input);
  const middle = then(tape, sum, (x) => modules.layerNorm(x));
  tape.drop(dense);
  const wide = then(tape, project(pass, weights, 'up', middle), (x) => modules.activation(x));
  const narrow = then(tape, project(pass, weights, 'down', wide), (x) => modules.dropout(x));
  tape.drop(wide);
  const out = then(tape, modules.add(narrow, middle), (x) => modules.layerNorm(x));
  tape.drop(narrow, middle);
  return out;
}

function gptLayer(pass: Pass, weights: LayerWeights, input: Tensor): Tensor {
  const { modules, model } = pass;
  const { tape } = modules;
  const normed = modules.layerNorm(input);
  const joined = project(pass, weights, 'c_attn', normed);
  const mixed = attendJoined(pass, joined);
  tape.drop(joined);
  const dense = then(tape, project(pass, weights, 'c_proj', mixed), (x) => modules.dropout(x));
  tape.drop(mixed);
  const middle = modules.add(dense, input);
  tape.drop(normed);
  const normedAgain = modules.layerNorm(middle);
  const wide = project(pass, weights, 'c_fc', normedAgain);
  const active = model.spelledGelu === true ? modules.spelledGelu(wide) : modules.activation(wide);
  tape.drop(wide);
  const narrow = then(tape, project(pass, weights, 'down', active), (x) => modules.dropout(x));
  tape.drop(active);
  const out = modules.add(middle, narrow);
  tape.drop(narrow, middle, normedAgain, dense);
  return out;
}

function llamaLayer(pass: Pass, weights: LayerWeights, input: Tensor): Tensor {
  const { modules } = pass;
  const { tape } = modules;
  const trained = pass.lora === undefined;
  const normed = modules.rmsNorm(input, trained);
  const middle = llamaAttention(pass, weights, normed, input);
  tape.drop(normed);
  const normedAgain = modules.rmsNorm(middle, trained);
  const narrow = gatedWide(pass, weights, normedAgain);
  tape.drop(normedAgain);
  const out = modules.add(middle, narrow);
  tape.drop(narrow, middle);
  return out;
}

function llamaAttention(pass: Pass, weights: LayerWeights, normed: Tensor, input: Tensor): Tensor {
  const { modules } = pass;
  const { tape } = modules;
  const [query, key, value] = [
    headNormed(pass, project(pass, weights, 'q_proj', normed)),
    headNormed(pass, project(pass, weights, 'k_proj', normed)),
    project(pass, weights, 'v_proj', normed),
  ];
  const [turnedQuery, turnedKey] = [modules.rotate(query), modules.rotate(key)];
  tape.drop(query, key);
  const mixed = attend(pass, [turnedQuery, turnedKey, value], false);
  const dense = project(pass, weights, 'o_proj', mixed);
  tape.drop(turnedQuery, turnedKey, value, mixed);
  const middle = modules.add(input, dense);
  tape.drop(dense);
  return middle;
}

function headNormed({ modules, model, lora }: Pass, input: Tensor): Tensor {
  if (model.headNorms !== true) return input;
  return then(modules.tape, input, (x) => modules.rmsNorm(x, lora === undefined));
}

/** With experts, each token passes several of them; their results are added up. */
function gatedWide(pass: Pass, weights: LayerWeights, input: Tensor): Tensor {
  const { modules, model } = pass;
  let sum = oneGatedWide(pass, weights, input);
  for (let expert = 1; expert < (model.experts?.active ?? 1); expert += 1) {
    const next = oneGatedWide(pass, weights, input);
    const both = modules.add(sum, next);
    modules.tape.drop(sum, next);
    sum = both;
  }
  return sum;
}

function oneGatedWide(pass: Pass, weights: LayerWeights, input: Tensor): Tensor {
  const { modules } = pass;
  const { tape } = modules;
  const gate = project(pass, weights, 'gate_proj', input);
  const active = modules.activation(gate);
  const up = project(pass, weights, 'up_proj', input);
  tape.drop(gate);
  const both = modules.multiply(active, up);
  tape.drop(active, up);
  const narrow = project(pass, weights, 'down_proj', both);
  tape.drop(both);
  return narrow;
}

/** T5 adds a bias of positions to the scores, for which Hugging Face has no fused kernel. */
function t5Layer(pass: Pass, weights: LayerWeights, input: Tensor, memory?: Tensor): Tensor {
  const { modules } = pass;
  const { tape } = modules;
  let middle = t5Attention(pass, weights, '', input, undefined);
  if (memory !== undefined) {
    const crossed = t5Attention(pass, weights, 'cross_', middle, memory);
    tape.drop(middle);
    middle = crossed;
  }
  const normed = modules.rmsNorm(middle, true);
  const narrow =
    weights['gate_proj'] === undefined ? plainWide(pass, weights, normed) : gatedWide(pass, weights, normed);
  const dropped = then(tape, narrow, (x) => modules.dropout(x));
  const out = modules.add(middle, dropped);
  tape.drop(normed, dropped, middle);
  return out;
}

function plainWide(pass: Pass, weights: LayerWeights, input: Tensor): Tensor {
  const { modules } = pass;
  const wide = then(modules.tape, project(pass, weights, 'up_proj', input), (x) => modules.activation(x));
  const dropped = then(modules.tape, wide, (x) => modules.dropout(x));
  const narrow = project(pass, weights, 'down_proj', dropped);
  modules.tape.drop(dropped);
  return narrow;
}

function t5Attention(
  pass: Pass,
  weights: LayerWeights,
  prefix: string,
  input: Tensor,
  memory: Tensor | undefined,
): Tensor {
  const { modules } = pass;
  const { tape } = modules;
  const normed = modules.rmsNorm(input, true);
  const [query, key, value] = [
    project(pass, weights, `${prefix}q`, normed),
    project(pass, weights, `${prefix}k`, memory ?? normed),
    project(pass, weights, `${prefix}v`, memory ?? normed),
  ];
  const mixed = traceEagerAttention(modules, query, key, value, { scores: scoresOf(pass), dropout: true, repeat: 1 });
  const dense = then(tape, project(pass, weights, `${prefix}o`, mixed), (x) => modules.dropout(x));
  const out = modules.add(input, dense);
  tape.drop(query, key, value, mixed, dense, normed);
  return out;
}

function attend(pass: Pass, [query, key, value]: readonly [Tensor, Tensor, Tensor], dropout: boolean): Tensor {
  const { modules, model, attention, batch, seqLen } = pass;
  const repeat = model.heads / model.kvHeads;
  // The fused kernel for 32 bits does not know heads that share keys: PyTorch goes step by step then.
  const stepwise = attention === 'eager' || (modules.product === 4 && repeat > 1);
  return stepwise
    ? traceEagerAttention(modules, query, key, value, { scores: scoresOf(pass), dropout, repeat })
    : traceFusedAttention(modules, query, key, value, batch * seqLen * model.heads);
}

/** Queries, keys and values in one tensor: they are kept as that, not each by itself. */
function attendJoined(pass: Pass, joined: Tensor): Tensor {
  const { modules, model, attention, batch, seqLen } = pass;
  if (attention !== 'eager') {
    return traceFusedJoinedAttention(
      modules,
      joined,
      batch * seqLen * model.heads,
      batch * seqLen * model.heads * model.headDim,
    );
  }
  const { tape } = modules;
  const third = joined.count / 3;
  const [query, key, value] = [
    modules.slice(joined, third),
    modules.slice(joined, third),
    modules.slice(joined, third),
  ];
  const mixed = traceEagerAttention(modules, query, key, value, { scores: scoresOf(pass), dropout: true, repeat: 1 });
  tape.drop(query, key, value);
  return mixed;
}

function scoresOf({ model, batch, seqLen }: Pass): number {
  return batch * model.heads * seqLen * seqLen;
}

function project({ modules, lora }: Pass, weights: LayerWeights, name: string, input: Tensor): Tensor {
  const projection = weights[name];
  if (projection === undefined) throw new Error(`a layer without ${name}`);
  const { weight, outputs, adapter } = projection;
  const rows = input.count / (weight.count / outputs);
  if (adapter === undefined || lora === undefined) return modules.linear(input, weight, rows * outputs);
  return modules.linearWithAdapter(input, weight, adapter, { thin: rows * lora.r, outputs: rows * outputs });
}

/** The next operation, after which the one before is not needed by the program any more. */
function then(tape: Tape, input: Tensor, next: (input: Tensor) => Tensor): Tensor {
  const out = next(input);
  tape.drop(input);
  return out;
}
