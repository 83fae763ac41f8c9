import { bash } from '../../core/text/bash.ts';

/**
 * What a job asks of its scheduler. These do for schedulers that set `SHEAF_JOB_ID` themselves and do nothing else for a
 * running job; a scheduler replaces those that it answers better, with its `jobShell`.
 */
export const SCHEDULER: string = bash`
# Which job this is, in sheaf_job (digits, then _ and the index of an array), sheaf_index and sheaf_restart, how often it
# was put back into the queue; its nodes in sheaf_nodes. Fails in what is no job of this scheduler.
sheaf_ask_scheduler() {
  return 1
}

# Hides from the program that its job is a task of an array. Tasks are numbered again at each submit: a program that reads
# its index would run something else after a retry.
sheaf_hide_array() {
  unset -v SHEAF_ARRAY_INDEX
}

# Adds to sheaf_found the processes of this job that do not descend from its shell.
sheaf_find_steps() {
  return 0
}

# The seconds to the time limit in sheaf_left. Fails if the job cannot know.
sheaf_ask_time_left() {
  return 1
}

# Whether the job was given no GPU, although its node may have some and nothing hides them.
sheaf_has_no_gpu() {
  return 1
}

# Waits until a signal that the scheduler sent to the program has reached this shell, too.
sheaf_await_signal() {
  return 0
}

# Puts this job back into the queue, and does not return when that was possible.
sheaf_ask_requeue() {
  return 1
}
`;
