import { withoutUndefined } from '../../core/value.ts';
import type { Comparability } from '../../advisor/index.ts';
import type { CodeRecord } from '../../core/experiment/code.ts';
import { compareInputs, type ComparedInput } from '../../core/files/compare-fingerprints.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { getNewestInputs } from '../../core/experiment/recorded-inputs.ts';
import type { Settings } from '../../core/settings/settings.ts';
import { compareExperiments, type ComparedRow } from '../../report/index.ts';
import { describeStart, getStart } from '../checkpoints/start-file.ts';
import { getFrozenCode, getSeenCode } from '../code/code.ts';
import { compareEnvironments, readEnvironmentRecord, type EnvironmentDifference } from '../code/environment-record.ts';
import { findExperiment } from '../project/find.ts';
import type { Project } from '../project/project.ts';
import { compareReproducibility } from './reproducibility.ts';
import { compareSettings, type SettingDifference } from '../experiments/settings-differences.ts';

/** Two experiments side by side: what went in. */
export interface Diffed {
  readonly expIds: readonly [string, string];
  /** Parameters that differ. */
  readonly params: readonly ComparedRow[];
  /** Reserved keys that differ, by name. */
  readonly settings: readonly SettingDifference[];
  readonly code: {
    readonly before?: CodeRecord;
    readonly after?: CodeRecord;
    /** Which code the jobs of both were seen to run. */
    readonly seen: readonly [Seen, Seen];
    /** Undefined when unknown: one ran in the project folder, or left its snapshot. */
    readonly same?: boolean;
    /** A unified diff of all files; empty when they are the same or cannot be compared. */
    readonly text: string;
  };
  /** Undefined when one of them left no record of it. */
  readonly environment?: readonly EnvironmentDifference[];
  /** What they read, by the records of their newest attempts. */
  readonly inputs: readonly ComparedInput[];
  /** How far their results can be compared; undefined when one of them has not run. */
  readonly reproducibility?: Comparability;
}

type Seen = ReturnType<typeof getSeenCode>;

/** @throws SheafError `experiment.unknown`, `code.*` when a snapshot is gone */
export async function diffExperiments(project: Project, a: string, b: string): Promise<Diffed> {
  const before = findExperiment(project, a);
  const after = findExperiment(project, b);
  const { params } = compareExperiments([before, after].map(withParams));
  const reproducibility = await compareReproducibility(project, before, after);
  const records = [readEnvironmentRecord(project, before), readEnvironmentRecord(project, after)] as const;
  return {
    expIds: [before.expId, after.expId],
    params: params.filter(({ differs }) => differs),
    settings: compareSettings(withStartFile(before), withStartFile(after)),
    inputs: compareInputs(getNewestInputs(before.record), getNewestInputs(after.record)),
    code: await codeDifference(project, before, after),
    ...(records[0] && records[1] ? { environment: compareEnvironments(records[0], records[1]) } : {}),
    ...(reproducibility === undefined ? {} : { reproducibility }),
  };
}

function withParams({ expId, config }: Experiment): Parameters<typeof compareExperiments>[0][number] {
  return { expId, params: config.params, written: config.written, metrics: {} };
}

/** The same text, `pretrain@best`, can mean different files, and different texts the same one. */
function withStartFile(experiment: Experiment): Settings {
  const start = getStart(experiment);
  return start === undefined ? experiment.settings : { ...experiment.settings, start_from: describeStart(start) };
}

async function codeDifference(
  { root, store }: Project,
  ...experiments: readonly [Experiment, Experiment]
): Promise<Diffed['code']> {
  const [before, after] = [getFrozenCode(experiments[0]), getFrozenCode(experiments[1])];
  const seen = [getSeenCode(experiments[0]), getSeenCode(experiments[1])] as const;
  const both = withoutUndefined({ before, after, seen });
  if (before?.mode !== 'snapshot' || after?.mode !== 'snapshot') return { ...both, text: '' };
  if (seen.some((each) => typeof each === 'object' && each.where === 'live')) return { ...both, text: '' };
  if (before.tree === after.tree) return { ...both, same: true, text: '' };
  const { diffCode } = await import('../../provenance/index.ts');
  return { ...both, same: false, text: await diffCode({ folder: root, store: store.paths.code, a: before, b: after }) };
}
