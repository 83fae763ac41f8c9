import { throwProblems, type Problem } from '../../core/errors.ts';
import { findArrayFaults } from './array-index.ts';
import type { CommandContext } from './command-names.ts';
import type { Fault } from '../jinja/fault.ts';
import { JinjaWords } from '../jinja/values.ts';
import { launchOf, type Launch } from '../launch/launch.ts';
import { wrapCommand } from '../launch/wrap-command.ts';
import { renderRunTexts } from './run-texts.ts';
import {
  compileText,
  locateFault,
  needsOpen,
  NONE_OPEN,
  renderShell,
  locateWithin,
  type Locate,
  type OpenNames,
} from './rendering.ts';

export type { CommandContext } from './command-names.ts';
export type { Locate } from './rendering.ts';

/**
 * A command as shell text: names replaced by values, each quoted for its context; what the launcher starts is
 * launched by it.
 *
 * @param locate gives the place where the command is written; by default places are inside the command itself
 * @throws SheafError `jinja.*`, `command.*` or `launcher.*`, all problems at once
 */
export function renderCommand(command: string, context: CommandContext, locate?: Locate): string {
  return renderLaunchedCommand(command, context, launchOf({ ...context, run: renderRunTexts(context) }), locate);
}

/** The same, for a launch that is already known. */
export function renderLaunchedCommand(
  command: string,
  context: CommandContext,
  launch: Launch,
  locate?: Locate,
): string {
  const { text, faults } = rendered(command, context, launch, NONE_OPEN);
  throwProblems(faults.map((fault) => locateFault(fault, locate ?? withinCommand(command, context))));
  return text;
}

/**
 * What is wrong with a command, whatever the names in `open` are going to stand for.
 *
 * @param open names that have no value yet
 */
export function checkCommand(
  command: string,
  context: CommandContext,
  open: OpenNames = NONE_OPEN,
  locate: Locate = withinCommand(command, context),
): Problem[] {
  // What is in the texts of the launcher does not matter here.
  const launch = launchOf({ ...context, run: context.run ?? {} });
  const faults = [...rendered(command, context, launch, open).faults, ...findArrayFaults(command)];
  return faults.map((fault) => locateFault(fault, locate));
}

function rendered(
  command: string,
  context: CommandContext,
  launch: Launch,
  open: OpenNames,
): { text: string; faults: readonly Fault[] } {
  const words = new JinjaWords(() => [{ shell: launch.python }], 'program');
  const script = renderShell(command, context, { open, more: [['launch', words]] });
  const isPlaced = script.faults.length > 0 || script.words.includes('launch') || needsOpen(compileText(command), open);
  return isPlaced ? script : wrapCommand(script.text, launch);
}

function withinCommand(command: string, { stage }: CommandContext): Locate {
  return locateWithin(command, `command of stage ${stage}`);
}
