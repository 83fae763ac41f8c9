import type { CodeRecord } from '../../core/experiment/code.ts';
import type { Fingerprints } from '../../core/experiment/fingerprint.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { getFingerprints } from '../../core/experiment/recorded-inputs.ts';
import type { Project } from '../project/project.ts';
import { measureCheckpoint } from './found-checkpoint.ts';
import { listPinned, type Pinned } from './pins.ts';

/** A checkpoint that has a name, with what is behind it. */
export interface PinnedLine extends Pinned {
  /** `changed`: its size or its last change is no longer that of the moment in which it was pinned. */
  readonly state: 'there' | 'changed' | 'gone';
  /** What its attempt ran. */
  readonly code?: CodeRecord;
  /** What its attempt read, by name. */
  readonly inputs: Fingerprints;
}

/**
 * The checkpoints that have a name, each with the code and the data behind it.
 *
 * @param isWanted whether to list those of an experiment
 */
export function listPinnedLines(project: Project, isWanted: (experiment: Experiment) => boolean): PinnedLine[] {
  return listPinned(project)
    .filter(({ experiment }) => isWanted(experiment))
    .map((pinned) => {
      const code = codeOf(pinned);
      return { ...pinned, state: stateOf(pinned), inputs: inputsOf(pinned), ...(code && { code }) };
    });
}

function stateOf({ file, pin }: Pinned): PinnedLine['state'] {
  const found = measureCheckpoint(file, { onUnreadable: () => undefined });
  if (found === undefined) return 'gone';
  return found.bytes === pin.bytes && found.changedMs === pin.changedMs ? 'there' : 'changed';
}

/** That of the newest version up to its attempt. */
function codeOf({ experiment: { record }, pin }: Pinned): CodeRecord | undefined {
  const own = pin.attempt === undefined ? undefined : record.attempts[pin.attempt];
  const versions = Object.values(record.attempts)
    .filter(({ stage, n, version }) => version?.value.code && stage === own?.stage && n <= own.n)
    .toSorted((a, b) => b.n - a.n);
  return versions[0]?.version?.value.code ?? record.code?.value;
}

function inputsOf({ experiment: { record }, pin }: Pinned): Fingerprints {
  return (pin.attempt !== undefined && getFingerprints(record.attempts[pin.attempt])) || {};
}
