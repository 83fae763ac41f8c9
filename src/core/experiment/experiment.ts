import type { Frozen } from './frozen.ts';
import type { ExpId, Key } from '../ids.ts';
import type { ExperimentRecord } from './record.ts';
import type { Settings } from '../settings/settings.ts';
import type { Waiting } from './status.ts';

/** An experiment as the view shows it: its configuration, and its outcome. */
export interface Experiment {
  readonly key: Key;
  readonly expId: ExpId;
  readonly createdMs: number;
  readonly user: string;
  readonly host: string;
  readonly description: string;
  readonly sweep?: string;
  /** Frozen when it was made; since then only `retry --fresh` gives it other settings, see `core/experiment/version.ts`. */
  readonly config: Frozen;
  /** Those of `config`, at hand without the rest of it. */
  readonly settings: Settings;
  readonly record: ExperimentRecord;
  /** Given when it says all that the record would, see {@link waitingOnly}. */
  readonly waiting?: Waiting;
}
