import { dryRun } from './dry-run/step.ts';
import type { Footprint } from './footprint.ts';
import type { TrainingSetup, TransformerShape } from './setup.ts';

/** Tokens of a sample where nothing says otherwise. */
const USUAL_TOKENS = 512;

/**
 * What the allocator holds at the end depends by chance on how blocks of a size fall into holes of another. Runs of
 * slightly shorter samples show how much: the largest counts.
 */
const LENGTHS = [1, 0.985, 0.97];

/** For what the dry run leaves out because it is small: masks, angles of positions, norms and biases. */
const SMALL_THINGS = 1.02;

/** A transformer as Hugging Face's modules run it: its training, run on sizes alone. */
export function transformerFootprint(setup: TrainingSetup, model: TransformerShape): Footprint {
  const seqLen = setup.seqLen ?? USUAL_TOKENS;
  const runs = LENGTHS.map((share) => dryRun(setup, model, Math.max(1, Math.round(share * seqLen))));
  const { peak = NOTHING } = runs[0] ?? {};
  const reserved = Math.max(...runs.map((run) => run.reserved));
  const used = Object.values(peak).reduce((sum, part) => sum + part, 0);
  return {
    bytes: { ...peak, overhead: Math.max(0, SMALL_THINGS * reserved - used) },
    basis: `${model.name}: three training steps of its layers, run on sizes alone through PyTorch's allocator`,
    assumptions: assumptionsOf(setup, model, seqLen),
  };
}

const NOTHING = { weights: 0, gradients: 0, optimizer: 0, activations: 0, logits: 0, workspace: 0 };

function assumptionsOf(setup: TrainingSetup, model: TransformerShape, seqLen: number): string[] {
  return [
    ...(setup.seqLen === undefined ? [`samples of ${seqLen} tokens`] : []),
    'modules as in Hugging Face Transformers, not compiled; optimizer steps over all weights at once (foreach)',
    ...(setup.lora === undefined ? [] : ['adapters in the precision of the weights']),
    ...(model.family === 't5' ? [`inputs and targets of ${seqLen} tokens each`] : []),
  ];
}
