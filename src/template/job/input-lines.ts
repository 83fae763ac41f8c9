import type { Input, Inputs } from '../../core/settings/inputs.ts';
import { checksum } from '../../system/index.ts';
import { quotePath } from '../launch/paths.ts';
import { requireTest } from '../launch/stop.ts';
import { quoteArgument } from '../shell/quote.ts';
import { INPUT_WALKER } from './input-walker.ts';

/** Where jobs find the program that walks inputs, relative to the project: another text, another file. */
export function getInputWalkerPath(): string {
  return `.sheaf/lib/inputs-${checksum(INPUT_WALKER)}.sh`;
}

/** The longest that contents are read for, in seconds: what goes on longer is no fingerprint that costs little. */
const LONGEST_S = 86_400;

/**
 * Lines that give the paths of inputs to a program, end its job if one is missing, and have those walked in the background
 * that are left to the job; by hand nothing is walked.
 */
export function renderInputLines(inputs: Inputs = {}): string {
  const named = Object.entries(inputs);
  if (named.length === 0) return '';
  const walked = named.filter(([, { walk }]) => walk === 'job');
  return [
    '# Inputs: what this run reads.',
    FORGET,
    ...named.flatMap(([name, { path }]) => {
      const variable = toInputVariable(name);
      return variable === undefined ? [] : [`export ${variable}=${quotePath(path)}`];
    }),
    ...named.map(([name, { path }]) =>
      requireTest(
        `[ -e ${quotePath(path)} ]`,
        `there is no ${path}, which inputs.${name} names, or this node cannot see it`,
      ),
    ),
    ...(walked.length === 0 ? [] : [walkLine(walked)]),
  ].join('\n');
}

/**
 * `.inputs` is there from before the program begins until the walk has ended: the job waits for it. The walk has its own
 * process group, since that of the program ends with it.
 */
function walkLine(walked: readonly (readonly [string, Input])[]): string {
  const words = walked.map(([name, { path, hash, limit }]) =>
    [quoteArgument(name), quotePath(path), hash, limit].join(' '),
  );
  const call = `timeout ${LONGEST_S} bash "$SHEAF_PROJECT"/${getInputWalkerPath()}`;
  return `\
if [ -n "\${SHEAF_RECORDER:-}" ] && : >"$SHEAF_OUT/.inputs"; then
  (set -m; { ${[call, ...words].join(' \\\n    ')}; rm -f "$SHEAF_OUT/.inputs"; } </dev/null >/dev/null 2>&1 &)
fi`;
}

const FORGET = `\
for sheaf_name in "\${!SHEAF_INPUT_@}"; do unset "$sheaf_name"; done
unset sheaf_name`;

/** `SHEAF_INPUT_train`: the variable that has the path of an input; a path that has no name has none. */
function toInputVariable(name: string): string | undefined {
  return /^[\w.-]+$/.test(name) ? `SHEAF_INPUT_${name.replace(/\W/g, '_')}` : undefined;
}
