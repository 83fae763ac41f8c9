import type { CodePlace } from './code-place.ts';
import type { NumberSources } from '../../core/number-source.ts';
import type { Stage } from '../../core/experiment/frozen.ts';
import type { ValueMap } from '../../core/value.ts';

/** What one attempt of one stage runs with. */
export interface RunInput {
  readonly expId: string;
  /** What the experiment is called inside, whatever it is renamed to. */
  readonly key: string;
  readonly description: string;
  readonly template: string;
  readonly params: ValueMap;
  readonly written: NumberSources;
  readonly stage: Stage;
  readonly attempt: number;
  /** The first attempt of its series: 1, or the last fresh one. */
  readonly first: number;
  /** Absolute path of the project folder. */
  readonly projectRoot: string;
  readonly code: CodePlace;
  readonly sweep?: string;
  /** The checkpoint that it starts from: absolute, or relative to the project. */
  readonly startFrom?: string;
  readonly tags: readonly string[];
}
