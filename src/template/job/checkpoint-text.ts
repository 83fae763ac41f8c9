import type { Checkpoint } from '../../core/settings/run-settings.ts';
import { buildContext } from './run-script.ts';
import { type RunInput } from './run-input.ts';
import { renderRunTexts } from '../render/run-texts.ts';

/**
 * Where the checkpoints of one attempt are, as its job looks for them.
 *
 * @throws SheafError `jinja.*`, `text.words`
 */
export function renderCheckpoint(run: RunInput): Checkpoint | undefined {
  const { checkpoint } = run.stage.run;
  return checkpoint && renderRunTexts({ ...buildContext(run), run: { checkpoint } }).checkpoint;
}
