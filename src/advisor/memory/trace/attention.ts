import type { ModuleTracer } from './modules.ts';
import type { Tensor } from './tape.ts';

/** A fused kernel: keeps its inputs, what comes out, and one number in 32 bits a row and head. */
export function traceFusedAttention(
  modules: ModuleTracer,
  query: Tensor,
  key: Tensor,
  value: Tensor,
  rows: number,
): Tensor {
  const { tape } = modules;
  const [q, k, v] = [modules.forProduct(query), modules.forProduct(key), modules.forProduct(value)];
  const out = tape.tensor(q.count, q.width, 'activations', true);
  const sums = tape.tensor(rows, 4, 'activations');
  tape.record({
    out,
    inputs: [q, k, v],
    saved: [q, k, v, out, sums],
    backward: () => {
      const passing = tape.tensor(q.count, 4, 'workspace');
      const grads = [q, k, v].map(({ count, width }) => tape.tensor(count, width, 'activations'));
      tape.drop(passing);
      return grads;
    },
  });
  tape.drop(q, k, v, sums);
  return out;
}

/** As {@link traceFusedAttention}, of queries, keys and values that are one tensor: that is what is kept. */
export function traceFusedJoinedAttention(
  modules: ModuleTracer,
  joined: Tensor,
  rows: number,
  outputs: number,
): Tensor {
  const { tape } = modules;
  const x = modules.forProduct(joined);
  const out = tape.tensor(outputs, x.width, 'activations', true);
  const sums = tape.tensor(rows, 4, 'activations');
  tape.record({
    out,
    inputs: [x],
    saved: [x, out, sums],
    backward: () => {
      const passing = tape.tensor(outputs, 4, 'workspace');
      const apart = [outputs, outputs, x.count - 2 * outputs].map((count) =>
        tape.tensor(count, x.width, 'activations'),
      );
      tape.drop(passing);
      const together = tape.tensor(x.count, x.width, 'activations');
      tape.drop(...apart);
      return [together];
    },
  });
  tape.drop(x, sums);
  return out;
}

/** Step by step: keeps the matrix of attention, as softmax gives it in 32 bits, and what multiplies the values. */
export function traceEagerAttention(
  modules: ModuleTracer,
  query: Tensor,
  key: Tensor,
  value: Tensor,
  { scores, dropout, repeat }: { readonly scores: number; readonly dropout: boolean; readonly repeat: number },
): Tensor {
  const { tape } = modules;
  const [q, k, v] = [modules.forProduct(query), repeated(modules, key, repeat), repeated(modules, value, repeat)];
  const raw = tape.tensor(scores, modules.product, 'activations', true);
  tape.record({
    out: raw,
    inputs: [q, k],
    saved: [q, k],
    backward: () => [q, k].map(({ count, width }) => tape.tensor(count, width, 'activations')),
  });
  tape.drop(q, k);
  const masked = modules.unary(raw, []);
  tape.drop(raw);
  const soft = tape.tensor(scores, 4, 'activations', true);
  tape.record({
    out: soft,
    inputs: [masked],
    saved: [soft],
    backward: () => [tape.tensor(scores, masked.width, 'activations')],
  });
  tape.drop(masked);
  const dropped = dropout ? modules.dropout(soft) : tape.hold(soft);
  const weights = modules.cast(dropped, modules.product);
  tape.drop(soft, dropped);
  const out = tape.tensor(q.count, modules.product, 'activations', true);
  tape.record({
    out,
    inputs: [weights, v],
    saved: [weights, v],
    backward: () => [weights, v].map(({ count, width }) => tape.tensor(count, width, 'activations')),
  });
  tape.drop(weights, v);
  return out;
}

/** Heads of keys and values that several queries share are written out for them. */
function repeated(modules: ModuleTracer, input: Tensor, times: number): Tensor {
  const x = modules.forProduct(input);
  if (times === 1) return x;
  const { tape } = modules;
  const out = tape.tensor(x.count * times, x.width, 'activations', x.needsGrad);
  tape.record({ out, inputs: [x], saved: [], backward: () => [tape.tensor(x.count, x.width, 'activations')] });
  tape.drop(x);
  return out;
}
