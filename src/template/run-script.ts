import type { Stage } from '../core/experiment.ts';
import { isMap, pointer, scalarText, type Scalar, type ValueMap } from '../core/value.ts';
import { jsonText, writtenBelow, type Written } from '../core/written.ts';
import { parameterVariable, renderCommand } from './command.ts';
import { singleQuoted } from './shell/quote.ts';

/** What one attempt of one stage runs with. */
export interface Run {
  readonly expId: string;
  readonly description: string;
  readonly template: string;
  readonly params: ValueMap;
  readonly written: Written;
  readonly stage: Stage;
  readonly attempt: number;
  /** Absolute path of the project folder. */
  readonly projectRoot: string;
}

/**
 * The script of one attempt. A job runs it with `SHEAF_OUT` and its fellows set; by hand it works in a folder
 * of its own and claims nothing.
 *
 * @throws SheafError `jinja.*` or `command.*`, as {@link renderCommand}
 */
export function renderRun(run: Run): string {
  const { expId, stage, attempt, params, written } = run;
  const context = { params, written, expId, stage: stage.name, attempt, resources: stage.resources };
  const command = renderCommand(stage.command, context);
  const parts = [comments(run), byHand(run), parameters(params, written), IN_PROJECT, command];
  return `#!/bin/bash\n${parts.join('\n\n').trimEnd()}\n`;
}

const LONGEST_COMMENT = 2000;

function comments({ expId, stage, attempt, template, description }: Run): string {
  return [
    `Experiment ${expId}, stage ${stage.name}, attempt ${attempt}, from template ${template}. Made by sheaf.`,
    ...description.slice(0, LONGEST_COMMENT).split(/\r\n|[\n\r\u0085\u2028\u2029]/),
    'Run by hand, it works in a folder of its own and claims nothing.',
  ]
    .map((line) => `# ${line.replace(/\p{Cc}/gu, ' ')}`.trimEnd())
    .join('\n');
}

/** Also when another job's variables are around, what runs by hand must not write into that job's folder. */
function byHand({ expId, stage, attempt, params, written, projectRoot }: Run): string {
  const [exp, name] = [singleQuoted(expId), singleQuoted(stage.name)];
  return `\
if [ -z "\${SHEAF_PROJECT:-}" ]; then export SHEAF_PROJECT=${singleQuoted(projectRoot)}; fi
# No job of this experiment: it is run by hand.
if [ -z "\${SHEAF_OUT:-}" ] || [ "\${SHEAF_EXP_ID:-}" != ${exp} ] || [ "\${SHEAF_STAGE:-}" != ${name} ]; then
  SHEAF_OUT=$(mktemp -d "\${TMPDIR:-/tmp}/sheaf-XXXXXXXX") || exit 1
  export SHEAF_OUT SHEAF_EXP_ID=${exp} SHEAF_STAGE=${name} SHEAF_ATTEMPT=${attempt}
  export SHEAF_DIR="$SHEAF_OUT" SHEAF_CHECKPOINT=''
  export SHEAF_METRICS="$SHEAF_OUT/metrics.jsonl" SHEAF_PARAMS="$SHEAF_OUT/params.json"
  printf '%s\\n' ${singleQuoted(jsonText(params, written))} > "$SHEAF_PARAMS" || exit 1
  printf 'sheaf: run by hand; outputs are in %s\\n' "$SHEAF_OUT" >&2
fi`;
}

function parameters(params: ValueMap, written: Written): string {
  const exported = Object.entries(params)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => {
      const path = pointer(name);
      const isScalar = !Array.isArray(value) && !isMap(value);
      const text = isScalar ? scalarText(value as Scalar, written[path]) : jsonText(value, writtenBelow(written, path));
      return `export ${parameterVariable(name)}=${singleQuoted(text)}`;
    });
  // What an outer job left would look like a parameter of this one.
  return ['for sheaf_name in "${!SHEAF_P_@}"; do unset "$sheaf_name"; done', 'unset sheaf_name', ...exported].join(
    '\n',
  );
}

const IN_PROJECT = 'cd -- "$SHEAF_PROJECT" || exit 1';
