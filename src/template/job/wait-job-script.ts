import type { Token } from '../../core/ids.ts';
import type { Resources } from '../../core/settings/settings.ts';
import { bash } from '../../core/text/bash.ts';
import type { SbatchOption } from '../../core/text/directives.ts';
import { parseTimeLimit } from '../../core/units.ts';
import { quoteArgument, quoteWord } from '../shell/quote.ts';
import { SCHEDULER } from '../wrapper/scheduler.ts';
import { renderDirectives, toResourceOptions } from './job-script.ts';

/** What the script of a job is made from that waits for a sweep. */
export interface WaitJobScriptRequest {
  readonly token: Token;
  readonly resources: Resources;
  /** Its folder, relative to the project. */
  readonly folder: string;
  /** For a person who opens the script. */
  readonly about: string;
  /** How sheaf is started: absolute paths of what runs now, since the PATH of a job may lead elsewhere. */
  readonly program: readonly string[];
  /** What it is started with; the id of the job, its node and the seconds to its time limit follow (0: it has none). */
  readonly words: readonly string[];
  /** bash functions of its scheduler, in place of those in `template/wrapper/scheduler.ts`. */
  readonly jobShell?: string | undefined;
}

/**
 * The whole text of the script of a job that waits for a sweep. It starts in the project folder. Sheaf that was killed is started again.
 *
 * @throws SheafError `resources.unsafe`, `resources.sbatch.option` for values that cannot be directives
 */
export function renderWaitJobScript(request: WaitJobScriptRequest): string {
  const { token, resources, folder, about, program, words, jobShell } = request;
  const options: SbatchOption[] = [
    ['job-name', token],
    ...toResourceOptions(resources),
    ['output', `${folder}/slurm-%j.out`],
    ['open-mode', 'append'],
    // A node that fails costs nothing: the job goes on on another one.
    ['requeue', true],
  ];
  const limit = resources.time_limit === undefined ? Infinity : parseTimeLimit(resources.time_limit);
  return [
    '#!/bin/bash',
    ...renderDirectives(options, resources),
    '#',
    `# ${about}`,
    '',
    `sheaf_program=(${program.map(quoteArgument).join(' ')})`,
    `sheaf_words=(${words.map(quoteArgument).join(' ')})`,
    `sheaf_folder=${quoteWord(folder)}`,
    `sheaf_limit=${Number.isFinite(limit) ? limit : 0}`,
    '',
    ...[SCHEDULER, ...(jobShell === undefined ? [] : [jobShell]), MAIN].map((piece) => `${piece}\n`),
  ].join('\n');
}

const MAIN = bash`
sheaf_fail() {
  printf '%s\n' "$1" >"$sheaf_folder/problem.txt"
  printf '%s\n' "$1" >&2
  exit 1
}

# Without it, sheaf would not start on this node, and nobody would know why.
sheaf_check_program() {
  local said
  said=$("$\{sheaf_program[@]}" --version 2>&1) && return
  said=$\{said##*$'\n'}
  sheaf_fail "sheaf does not run on $\{HOSTNAME:-this node} ($\{said:-no message}): install it in a folder that this node has, too, or name a partition where it runs, with --set partition=NAME"
}

# Seconds to the time limit in sheaf_left; 0: there is none.
sheaf_count_left() {
  sheaf_ask_time_left && return
  sheaf_left=0
  ((sheaf_limit == 0)) || sheaf_left=$((sheaf_limit > SECONDS ? sheaf_limit - SECONDS : 1))
}

sheaf_end() {
  [[ -z $sheaf_child ]] || kill -TERM "$sheaf_child" 2>/dev/null
  wait
  exit 143
}

# Sheaf that was killed, or failed because of what may be over soon, is started again; wrong input stays wrong.
sheaf_keep_running() {
  local tries=0 status began
  while :; do
    sheaf_count_left
    began=$SECONDS
    "$\{sheaf_program[@]}" "$\{sheaf_words[@]}" "$sheaf_job" "$\{sheaf_nodes:-$\{HOSTNAME-}}" "$sheaf_left" &
    sheaf_child=$!
    wait "$sheaf_child"
    status=$?
    sheaf_child=
    case $status in
    0 | 130) exit 0 ;;
    2) sheaf_fail "sheaf ended with status 2; its log says why" ;;
    esac
    ((SECONDS - began < 600)) || tries=0
    ((++tries < 10)) || sheaf_fail "sheaf was started 10 times and ended with status $status at last; its log says why"
    printf 'sheaf ended with status %s, and is started again in %s s\n' "$status" "$((tries * 3))" >&2
    sleep "$((tries * 3))" &
    sheaf_child=$!
    wait "$sheaf_child"
  done
}

sheaf_job=$\{SHEAF_JOB_ID-} sheaf_nodes= sheaf_child= sheaf_left=0
rm -f "$sheaf_folder/problem.txt"
trap sheaf_end TERM INT HUP
sheaf_ask_scheduler || [[ -n $sheaf_job ]] || sheaf_fail 'this is no job of a scheduler'
sheaf_check_program
{ sheaf_keep_running; exit; }
`;
