import type { CheckedOut, Diffed, EnvironmentDifference } from '../../app/index.ts';
import type { Value } from '../../core/value.ts';
import { fingerprintJson, inputChangeJson, type FingerprintJson, type InputChangeJson } from '../parts/inputs.ts';
import { codeJson, codeSeenJson, type CodeJson, type CodeSeenJson } from '../parts/code.ts';

/** What differs between two experiments. Null: not given, not known. */
export type DiffJson = {
  readonly experiments: readonly string[];
  readonly params: readonly ValueDifferenceJson[];
  readonly settings: readonly ValueDifferenceJson[];
  readonly code: {
    readonly before: CodeJson | null;
    readonly after: CodeJson | null;
    readonly seen: readonly (CodeSeenJson | null)[];
    readonly same: boolean | null;
    /** A unified diff. */
    readonly diff: string;
  };
  readonly environment: readonly EnvironmentDifferenceJson[] | null;
  /** What both read; `change` is null if only one of them has a record of it. */
  readonly inputs: readonly {
    readonly name: string;
    readonly before: FingerprintJson | null;
    readonly after: FingerprintJson | null;
    readonly change: InputChangeJson | null;
  }[];
  readonly reproducibility: { readonly level: 'A' | 'B' | 'C'; readonly reasons: readonly string[] } | null;
};

type ValueDifferenceJson = { readonly name: string; readonly before: Value; readonly after: Value };

export function diffJson({ expIds, params, settings, code, environment, inputs, reproducibility }: Diffed): DiffJson {
  return {
    experiments: expIds,
    params: params.map(({ name, values: [before = null, after = null] }) => ({ name, before, after })),
    settings: settings.map(({ name, before = null, after = null }) => ({ name, before, after })),
    code: {
      before: codeJson(code.before),
      after: codeJson(code.after),
      seen: code.seen.map(codeSeenJson),
      same: code.same ?? null,
      diff: code.text,
    },
    environment: environment?.map(environmentDifferenceJson) ?? null,
    inputs: inputs.map(({ name, before, after, change }) => ({
      name,
      before: before === undefined ? null : fingerprintJson(before),
      after: after === undefined ? null : fingerprintJson(after),
      change: change === undefined ? null : inputChangeJson(change),
    })),
    reproducibility:
      reproducibility === undefined ? null : { level: reproducibility.level, reasons: reproducibility.reasons },
  };
}

/** The code of an experiment, written into a folder. */
export type CheckoutJson = { readonly exp_id: string; readonly folder: string; readonly code: CodeJson | null };

export function checkoutJson(expId: string, { folder, code }: CheckedOut): CheckoutJson {
  return { exp_id: expId, folder, code: codeJson(code) };
}

/** A part of the environment, such as a package or a driver, that is not the same for two runs. */
export type EnvironmentDifferenceJson = {
  readonly kind: EnvironmentDifference['kind'];
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
};

export function environmentDifferenceJson(difference: EnvironmentDifference): EnvironmentDifferenceJson {
  const { kind, name, before = null, after = null } = difference;
  return { kind, name, before, after };
}
