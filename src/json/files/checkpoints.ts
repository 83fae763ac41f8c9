import type { BestCheckpoint, CheckpointLine, CheckpointList, Pinned, PinnedLine } from '../../app/index.ts';
import type { StepMetric } from '../../core/experiment/checkpoint-file.ts';
import { codeJson, type CodeJson } from '../parts/code.ts';
import { isoOrNull } from '../parts/json.ts';

/** A metric at a step. */
type StepMetricJson = {
  readonly name: string;
  /** Null if it is infinite. */
  readonly value: number | null;
  readonly step: number;
};

/** What is recorded of a checkpoint. */
type RefJson = {
  readonly exp_id: string;
  readonly attempt: string | null;
  readonly step: number | null;
  readonly bytes: number;
  readonly changed_at: string | null;
  readonly metric: StepMetricJson | null;
  /** Relative to the folder of the experiment; absolute if it is not in there. */
  readonly path: string;
  /** Absolute. */
  readonly file: string;
};

/** Checkpoints of experiments. */
export type CheckpointsJson = {
  /** The metric of the values; null if it is not known. */
  readonly metric: string | null;
  readonly checkpoints: readonly (RefJson & {
    readonly stage: string;
    /** `link`: one that leads to no other checkpoint of the list. */
    readonly kind: 'file' | 'folder' | 'link';
    readonly outside: boolean;
    readonly newest: boolean;
    readonly best: boolean;
    readonly pins: readonly string[];
  })[];
  /** More experiments have checkpoints. */
  readonly is_cut: boolean;
  readonly notes: readonly string[];
};

export function checkpointsJson({ lines, metric, isCut, notes }: CheckpointList): CheckpointsJson {
  return {
    metric: metric ?? null,
    checkpoints: lines.map((line) => ({
      ...refJson(line),
      stage: line.stage,
      kind: line.kind,
      outside: line.outside,
      newest: line.isNewest,
      best: line.isBest,
      pins: line.pins,
    })),
    is_cut: isCut,
    notes,
  };
}

type RefSource = Pick<
  CheckpointLine,
  'attempt' | 'step' | 'bytes' | 'changedMs' | 'metric' | 'path' | 'file' | 'expId'
>;

function refJson({ expId, attempt, step, bytes, changedMs, metric, path, file }: RefSource): RefJson {
  return {
    exp_id: expId,
    attempt: attempt ?? null,
    step: step ?? null,
    bytes,
    changed_at: isoOrNull(changedMs),
    metric: metric === undefined ? null : metricJson(metric),
    path,
    file,
  };
}

function metricJson({ name, value, step }: StepMetric): StepMetricJson {
  return { name, value: Number.isFinite(value) ? value : null, step };
}

/** Checkpoints that have a name in the project. */
export type PinnedJson = {
  readonly pinned: readonly (PinJson & {
    readonly state: PinnedLine['state'];
    readonly code: CodeJson | null;
    /** The hash of the listing of each input; null if it was not read to its end. */
    readonly inputs: { readonly [name: string]: string | null };
  })[];
};

export function pinnedJson(lines: readonly PinnedLine[]): PinnedJson {
  return {
    pinned: lines.map((line) => ({
      ...pinJson(line),
      state: line.state,
      code: codeJson(line.code),
      inputs: Object.fromEntries(
        Object.entries(line.inputs).map(([name, input]) => [name, input.kind === 'whole' ? input.listing : null]),
      ),
    })),
  };
}

/** A checkpoint that has, or had, a name in the project. */
export type PinJson = RefJson & { readonly name: string };

export function pinJson({ name, experiment: { expId }, pin, file }: Pinned): PinJson {
  return { name, ...refJson({ ...pin, expId, file }) };
}

/** The best checkpoint of the best experiment that has one. */
export type BestCheckpointJson = RefJson & {
  /** The final value of the metric. */
  readonly final: number;
  /** Experiments with a better final value that have no such checkpoint. */
  readonly skipped: readonly { readonly exp_id: string; readonly final: number; readonly why: string }[];
};

export function bestCheckpointJson({ expId, final, checkpoint, metric, skipped }: BestCheckpoint): BestCheckpointJson {
  return {
    ...refJson({ ...checkpoint, expId, metric }),
    final,
    skipped: skipped.map((one) => ({ exp_id: one.expId, final: one.final, why: one.why })),
  };
}
