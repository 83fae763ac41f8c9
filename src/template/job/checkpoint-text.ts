import type { Checkpoint } from '../../core/settings/run-settings.ts';
import { buildContext } from './run-script.ts';
import type { RunInput } from './run-input.ts';
import { renderRunTexts } from '../render/run-texts.ts';

/** What of a run the pattern of its checkpoints may name. */
export type CheckpointRun = Pick<RunInput, 'expId' | 'stage' | 'attempt' | 'params' | 'written'>;

/**
 * Where the checkpoints of one attempt are, as its job looks for them; with `{step}` still in it.
 *
 * @throws SheafError `jinja.*`, `text.words`
 */
export function renderCheckpoint(run: CheckpointRun): Checkpoint | undefined {
  const { checkpoint } = run.stage.run;
  return checkpoint && renderRunTexts({ ...buildContext(run), run: { checkpoint } }).checkpoint;
}
