import { BASH_VERSION } from '../wrapper/bash-version.ts';
import { bash } from '../../core/text/bash.ts';
import { CHECKPOINT } from '../wrapper/checkpoint.ts';
import { CHECKPOINT_FILES } from '../wrapper/checkpoint-files.ts';
import { CLAIM } from '../wrapper/claim.ts';
import { CODE_WATCH } from '../wrapper/code-watch.ts';
import { JOB } from '../wrapper/job.ts';
import { LISTENERS } from '../wrapper/listeners.ts';
import { MONITOR } from '../wrapper/monitor.ts';
import { PACK } from '../wrapper/pack.ts';
import { PACK_LIMITS } from '../wrapper/pack-limits.ts';
import { PROCESSES } from '../wrapper/processes.ts';
import { RECORD } from '../wrapper/record.ts';
import { REQUEUE } from '../wrapper/requeue.ts';
import { RUN } from '../wrapper/run.ts';
import { SCHEDULER } from '../wrapper/scheduler.ts';
import { SIGNALS } from '../wrapper/signals.ts';
import { STOP } from '../wrapper/stop.ts';
import { TREE } from '../wrapper/tree.ts';

const MAIN = bash`
sheaf_main() {
  cd -- "$sheaf_project" || sheaf_quit 74 "cannot enter the project folder $sheaf_project; nothing was run"
  sheaf_know_job
  sheaf_check_bash
  sheaf_hide_array
  sheaf_find_members
  [[ -z $sheaf_packed && $sheaf_lines != *$'\n'* ]] || sheaf_run_pack
  sheaf_read_member "$sheaf_lines"
  sheaf_claim
  sheaf_make_folder
  sheaf_say "$sheaf_exp_id $sheaf_stage-$sheaf_n runs as job $sheaf_job on $sheaf_host; see $sheaf_out"
  sheaf_watch_signals
  sheaf_check_stop
  sheaf_tidy_former_trees
  sheaf_choose_checkpoint
  sheaf_record_start
  sheaf_export
  sheaf_start_monitor
  sheaf_run
  sheaf_end_monitor
  sheaf_end_code_watch
  sheaf_clean_up
  sheaf_ignore_signals
  sheaf_judge_stop
  sheaf_judge_limit
  sheaf_await_inputs
  sheaf_record_end
  sheaf_await_recorder
  if [[ -n $sheaf_requeued ]]; then
    sheaf_put_back
    sheaf_unsay_requeue "$sheaf_out"
  fi
  sheaf_tidy_tree "$sheaf_out"
  sheaf_finish
}

{ sheaf_main; exit; }
`;

/**
 * What every job does around its program: plain bash and coreutils, since a compute node has nothing else.
 *
 * {@link renderJobScript} sets variables before it, see there. A member alone runs in this shell; the members of a pack run in
 * a shell each. All names that are not local begin with `sheaf_`: a variable of the caller's environment that had the
 * same name as one in here would reach the program changed. All is in functions, so that bash has read the whole text
 * before it starts and the file may then change. No here-strings: bash may want a temporary file for them.
 *
 * @param jobShell functions of the scheduler, in place of those in `template/wrapper/scheduler.ts`
 */
export function buildWrapperScript(jobShell: string | undefined): string {
  return [...FUNCTIONS, ...(jobShell === undefined ? [] : [jobShell]), MAIN].map((piece) => `${piece}\n`).join('\n');
}

const FUNCTIONS: readonly string[] = [
  'set +o posix',
  SCHEDULER,
  SIGNALS,
  JOB,
  BASH_VERSION,
  CLAIM,
  RECORD,
  CHECKPOINT,
  CHECKPOINT_FILES,
  PROCESSES,
  LISTENERS,
  REQUEUE,
  STOP,
  MONITOR,
  RUN,
  TREE,
  CODE_WATCH,
  PACK,
  PACK_LIMITS,
];
