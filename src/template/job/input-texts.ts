import type { Inputs } from '../../core/settings/inputs.ts';
import { renderRunTexts } from '../render/run-texts.ts';
import type { RunInput } from './run-input.ts';
import { buildContext } from './run-script.ts';

/**
 * What one attempt reads, with the texts of its paths rendered; empty when its template names nothing.
 *
 * @throws SheafError `jinja.*`, `text.words`
 */
export function renderInputs(run: RunInput): Inputs {
  const { inputs } = run.stage.run;
  if (inputs === undefined) return {};
  return renderRunTexts({ ...buildContext(run), run: { inputs } }).inputs ?? {};
}
