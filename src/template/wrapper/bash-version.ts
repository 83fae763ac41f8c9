import { bash } from '../../core/text/bash.ts';

/** Says what may not work in a bash that is older than those that sheaf is tested with: jobs run there anyway. */
export const BASH_VERSION: string = bash`
# The version in sheaf_bash. In one before 4.4 a subshell cannot undo that its parent ignores a signal: the program
# is then started before this shell ignores any, and a signal in that moment may cost its status.
sheaf_check_bash() {
  sheaf_old_bash='' sheaf_bash=$\{BASH_VERSINFO[0]}.$\{BASH_VERSINFO[1]}.$\{BASH_VERSINFO[2]}
  ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] < 404)) || return 0
  sheaf_old_bash=yes
  sheaf_say "bash $sheaf_bash on $sheaf_host is older than 4.4: the program may not be told to save before its time limit"
}
`;
