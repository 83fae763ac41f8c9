import { inputError, type SheafError } from '../../../core/errors.ts';
import { suggestName } from '../../../core/text/nearest.ts';
import { completionJson } from '../../../json/index.ts';
import type { Command } from '../../shell/command.ts';

/** Each script asks `sheaf __complete` for lines of a word and its description, separated by a tab. */
const SCRIPTS: Readonly<Record<string, string>> = {
  bash: `_sheaf() {
  mapfile -t COMPREPLY < <(sheaf __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1)
}
complete -o default -o nosort -F _sheaf sheaf
`,
  zsh: `#compdef sheaf
_sheaf() {
  local line
  local -a found
  for line in "\${(@f)$(sheaf __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] && found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  if (( \${#found} )); then _describe -V sheaf found; else _files; fi
}
# As a file of fpath, it is the body of the function at its first call.
if [[ \${funcstack[1]} == _sheaf ]]; then _sheaf "$@"; else compdef _sheaf sheaf; fi
`,
  fish: `function __sheaf_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l found (sheaf __complete $words[2..-1] 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c sheaf -f -k -a '(__sheaf_complete)'
`,
};

const WHERE: Readonly<Record<string, string>> = {
  bash: 'source <(sheaf completion bash)      # put this line into ~/.bashrc',
  zsh: 'source <(sheaf completion zsh)       # put this line into ~/.zshrc, after compinit',
  fish: 'sheaf completion fish > ~/.config/fish/completions/sheaf.fish',
};

export const command: Command = {
  name: 'completion',
  summary: 'Print a script that completes commands, flags, experiments, sweeps and templates',
  examples: [
    ['source <(sheaf completion bash)', 'for this shell; put it into ~/.bashrc for all shells'],
    ['source <(sheaf completion zsh)', 'in ~/.zshrc, after compinit'],
    ['sheaf completion fish > ~/.config/fish/completions/sheaf.fish'],
  ],
  positionals: [{ name: 'SHELL', offers: 'shell' }],
  run: async ({ positionals: [shell = ''] }) => {
    const script = SCRIPTS[shell];
    if (script === undefined) throw unknownShell(shell);
    return { data: completionJson(shell, script), text: () => script, next: [WHERE[shell] ?? ''] };
  },
};

function unknownShell(shell: string): SheafError {
  const known = Object.keys(SCRIPTS);
  return inputError('cli.completion.shell', `sheaf has no completion for ${JSON.stringify(shell)}`, {
    why: `it supports ${known.join(', ')}`,
    fix: suggestName(shell, known, 'sheaf completion bash'),
  });
}
