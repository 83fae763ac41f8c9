import type { Frozen } from './experiment.ts';
import type { ExpId, Key } from './ids.ts';
import type { ExperimentRecord } from './record.ts';

/** An experiment as the view shows it: what was frozen, and what became of it. */
export interface Experiment {
  readonly key: Key;
  readonly expId: ExpId;
  readonly createdMs: number;
  readonly user: string;
  readonly host: string;
  readonly description: string;
  readonly sweep?: string;
  readonly config: Frozen;
  readonly record: ExperimentRecord;
}
