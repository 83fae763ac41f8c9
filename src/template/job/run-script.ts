import { dirname, isAbsolute } from 'node:path';
import type { RunInput } from './run-input.ts';
import type { Resources, RunSettings } from '../../core/settings/settings.ts';
import { isMap, toPointer, formatScalar, type Scalar } from '../../core/value.ts';
import { toJsonText, selectNumberSources } from '../../core/number-source.ts';
import { renderCodeLines } from './code-place.ts';
import { renderLaunchedCommand, type CommandContext } from '../render/command.ts';
import { parameterVariable } from '../../core/settings/schema.ts';
import { renderEnvironmentLines } from '../launch/environment.ts';
import { launchOf } from '../launch/launch.ts';
import { quotePath } from '../launch/paths.ts';
import { getResourcesToAsk } from '../launch/processes.ts';
import { renderDirectives, requeueOption, toResourceOptions } from './job-script.ts';
import { renderInputLines } from './input-lines.ts';
import { renderUserScript } from '../render/user-script.ts';
import { assembleScript, type RunParts } from '../render/run-parts.ts';
import { renderRunTexts, renderSetup } from '../render/run-texts.ts';
import { quoteSingle } from '../shell/quote.ts';
import { renderEventFolderLines, renderTrackerLines } from './tracker-variables.ts';

/**
 * The script of one attempt. A job runs it with `SHEAF_OUT` and its fellows set; by hand, with bash or sbatch, it works
 * in a folder of its own and claims nothing.
 *
 * @throws SheafError `jinja.*`, `command.*`, `launcher.*`, `environment.*`, `container.*`, `script.*`, `resources.*`
 */
export function renderRun(run: RunInput): string {
  const context = buildContext(run);
  const parts = runParts(run, context);
  const { script } = run.stage.run;
  return script === undefined ? assembleScript(parts) : renderUserScript(script, parts, context);
}

/** The names of the texts of a run. */
export function buildContext({
  expId,
  stage,
  attempt,
  params,
  written,
}: Pick<RunInput, 'expId' | 'stage' | 'attempt' | 'params' | 'written'>): CommandContext {
  return { params, written, expId, stage: stage.name, attempt, resources: stage.resources, run: stage.run };
}

function runParts(run: RunInput, context: CommandContext): RunParts {
  const stage = { resources: run.stage.resources, run: withStartBound(renderRunTexts(context), run) };
  const launch = launchOf(stage);
  const command = renderLaunchedCommand(run.stage.command, context, launch);
  return {
    directives: byHandDirectives(run, getResourcesToAsk(stage)),
    about: comments(run),
    begin: [byHand(run), parameters(run), IN_PROJECT].join('\n\n'),
    start: renderStart(run),
    inputs: renderInputLines(stage.run.inputs),
    environment: renderEnvironmentLines(stage, renderSetup(context)),
    code: renderCodeLines(run.code),
    checks: launch.checks,
    facts: launch.facts,
    launch: command.trimEnd(),
  };
}

/** For sbatch by hand. The name is last, beside what else differs from one experiment to the next. */
function byHandDirectives({ expId, stage }: RunInput, resources: Resources): string {
  const options = [
    ...toResourceOptions(resources),
    ...requeueOption(resources),
    ['job-name', `${expId}-${stage.name}`] as const,
  ];
  return renderDirectives(options, resources).join('\n');
}

const LONGEST_COMMENT = 2000;

function comments({ expId, stage, attempt, template, description, params }: RunInput): string {
  const lines = [
    `Experiment ${expId}, stage ${stage.name}, attempt ${attempt}, from template ${template}. Made by sheaf.`,
    ...(description === '' ? [] : description.slice(0, LONGEST_COMMENT).split(/\r\n|[\n\r\u0085\u2028\u2029]/)),
    'Run by hand, with bash or sbatch, it works in a folder of its own and claims nothing.',
  ]
    .map((line) => `# ${line.replace(/\p{Cc}/gu, ' ')}`.trimEnd())
    // Shellcheck would read a comment of a user as one of its own.
    .map((line) => line.replace(/^# *shellcheck\b/, '# "shellcheck"'));
  const isMeant = /[$`'\\~]/.test(JSON.stringify([params, stage.run]));
  return [...lines, ...(isMeant ? [AS_THEY_STAND] : [])].join('\n');
}

const AS_THEY_STAND =
  '# shellcheck disable=SC2016,SC1003,SC2088 # values stay as they are, also if they look like shell';

/** Also when another job's variables are around, what runs by hand must not write into that job's folder. */
function byHand(run: RunInput): string {
  const { expId, stage, attempt, params, written, projectRoot } = run;
  const [exp, name] = [quoteSingle(expId), quoteSingle(stage.name)];
  // All nodes must see it.
  const where = (stage.resources.num_nodes ?? 1) > 1 ? '${SLURM_SUBMIT_DIR:-${TMPDIR:-/tmp}}' : '${TMPDIR:-/tmp}';
  return `\
if [ -z "\${SHEAF_PROJECT:-}" ]; then export SHEAF_PROJECT=${quoteSingle(projectRoot)}; fi
# No job of this experiment: it is run by hand.
if [ -z "\${SHEAF_OUT:-}" ] || [ "\${SHEAF_EXP_ID:-}" != ${exp} ] || [ "\${SHEAF_STAGE:-}" != ${name} ]; then
  SHEAF_OUT=$(mktemp -d "${where}/sheaf-XXXXXXXX") || exit 1
  export SHEAF_OUT SHEAF_EXP_ID=${exp} SHEAF_STAGE=${name} SHEAF_ATTEMPT=${attempt}
  export SHEAF_DIR="$SHEAF_OUT" SHEAF_CHECKPOINT=''
  export SHEAF_METRICS="$SHEAF_OUT/metrics.jsonl" SHEAF_PARAMS="$SHEAF_OUT/params.json"
  unset SHEAF_RECORDER
  printf '%s\\n' ${quoteSingle(toJsonText(params, written))} > "$SHEAF_PARAMS" || exit 1
  printf 'sheaf: run by hand; outputs are in %s\\n' "$SHEAF_OUT" >&2
${identity(run)}fi${renderEventFolderLines(run)}`;
}

/** Not by hand: what is tried out does not belong to the run that is recorded. */
function identity(run: RunInput): string {
  const lines = renderTrackerLines(run);
  return lines.length === 0 ? '' : `else\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

function parameters({ params, written }: RunInput): string {
  const exported = Object.entries(params)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => {
      const path = toPointer(name);
      const isScalar = !Array.isArray(value) && !isMap(value);
      const text = isScalar
        ? formatScalar(value as Scalar, written[path])
        : toJsonText(value, selectNumberSources(written, path));
      return `export ${parameterVariable(name)}=${quoteSingle(text)}`;
    });
  return ['# Parameters, and none that an outer job left.', FORGET, ...exported].join('\n');
}

const FORGET = `\
for sheaf_name in "\${!SHEAF_P_@}"; do unset "$sheaf_name"; done
unset sheaf_name`;

/** What resumes from a checkpoint of its own no longer needs the one that it started from. */
function renderStart({ startFrom }: RunInput): string {
  if (startFrom === undefined) return "export SHEAF_START_FROM=''";
  return `\
# The checkpoint that it starts from. SHEAF_CHECKPOINT goes before it: then the run resumes.
export SHEAF_START_FROM=${quotePath(startFrom)}
[ -n "\${SHEAF_CHECKPOINT:-}" ] || [ -e "$SHEAF_START_FROM" ] ||
  sheaf_stop "the checkpoint to start from is gone: $SHEAF_START_FROM; to start from another one: sheaf clone $SHEAF_EXP_ID --start-from ID@newest"`;
}

/** A container sees the project and the folder of the experiment. A checkpoint that is in neither has to be bound. */
function withStartBound(settings: RunSettings, { startFrom }: RunInput): RunSettings {
  const { environment } = settings;
  if (environment?.container === undefined || startFrom === undefined || !isAbsolute(startFrom)) return settings;
  const container = { ...environment.container, binds: [...environment.container.binds, dirname(startFrom)] };
  return { ...settings, environment: { ...environment, container } };
}

const IN_PROJECT = 'cd -- "$SHEAF_PROJECT" || exit 1';
