import type { MlflowExported, MlflowLine, TensorboardPlan, WandbLine, WandbSynced } from '../../app/index.ts';
import { problemJson, type ProblemJson } from '../parts/problem.ts';

/** What was sent to a tracking server of MLflow. */
export type MlflowJson = {
  readonly places: readonly { readonly uri: string; readonly experiment: string }[];
  readonly runs: readonly {
    readonly exp_id: string;
    readonly kind: MlflowLine['kind'];
    readonly run_id: string;
    readonly url: string;
    /** Values of metrics, and files, that were sent. */
    readonly points: number;
    readonly files: number;
  }[];
  readonly not_run: readonly string[];
  readonly failed: readonly ProblemJson[];
};

export function mlflowJson({ lines, problems, notRun, places }: MlflowExported): MlflowJson {
  return {
    places: places.map(({ uri, experiment }) => ({ uri, experiment })),
    runs: lines.map(({ expId, kind, runId, url, points, files }) => ({
      exp_id: expId,
      kind,
      run_id: runId,
      url,
      points,
      files,
    })),
    not_run: notRun,
    failed: problems.map(problemJson),
  };
}

/** Offline runs of W&B, and the outcome of each. */
export type WandbJson = readonly {
  readonly exp_id: string;
  readonly path: string;
  readonly run_id: string;
  readonly kind: WandbLine['kind'];
  readonly said: string | null;
}[];

export function wandbJson({ lines }: WandbSynced): WandbJson {
  return lines.map(({ expId, path, runId, kind, said }) => ({
    exp_id: expId,
    path,
    run_id: runId,
    kind,
    said: said ?? null,
  }));
}

/** What TensorBoard shows. */
export type TensorboardJson = {
  /** Only once it answers. */
  readonly url?: string;
  /** Folders by the name of the run. */
  readonly runs: { readonly [name: string]: string };
  /** Experiments that are shown by their harvested series. */
  readonly drawn: readonly string[];
  /** Experiments with neither. */
  readonly without: readonly string[];
};

/** @param url where it answers */
export function tensorboardJson({ runs, drawn, without }: TensorboardPlan, url?: string): TensorboardJson {
  return { ...(url === undefined ? {} : { url }), runs: Object.fromEntries(runs), drawn, without };
}
