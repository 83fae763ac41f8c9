/** Long names of the short options of sbatch. */
const LONG: Readonly<Record<string, string>> = {
  A: 'account',
  a: 'array',
  B: 'extra-node-info',
  b: 'begin',
  C: 'constraint',
  c: 'cpus-per-task',
  D: 'chdir',
  d: 'dependency',
  e: 'error',
  F: 'nodefile',
  G: 'gpus',
  H: 'hold',
  h: 'help',
  i: 'input',
  J: 'job-name',
  k: 'no-kill',
  L: 'licenses',
  M: 'clusters',
  m: 'distribution',
  N: 'nodes',
  n: 'ntasks',
  O: 'overcommit',
  o: 'output',
  p: 'partition',
  Q: 'quiet',
  q: 'qos',
  S: 'core-spec',
  s: 'oversubscribe',
  t: 'time',
  V: 'version',
  v: 'verbose',
  W: 'wait',
  w: 'nodelist',
  x: 'exclude',
};

/** The long options of sbatch, Slurm 17.11 to 25.11; plugins of a site may add others. */
const OPTIONS: readonly string[] = `
  account acctg-freq array batch bb bbf begin chdir cluster-constraint clusters comment constraint consolidate-segments
  container container-id contiguous core-spec cores-per-socket cpu-freq cpus-per-gpu cpus-per-task deadline delay-boot
  dependency distribution error exclude exclusive export export-file extra extra-node-info get-user-env gid gpu-bind
  gpu-freq gpus gpus-per-node gpus-per-socket gpus-per-task gres gres-flags help hint hold ignore-pbs input job-name
  kill-on-invalid-dep licenses mail-type mail-user mcs-label mem mem-bind mem-per-cpu mem-per-gpu mincpus network nice
  no-kill no-requeue nodefile nodelist nodes ntasks ntasks-per-core ntasks-per-gpu ntasks-per-node ntasks-per-socket
  oom-kill-step open-mode output overcommit oversubscribe parsable partition power prefer priority profile propagate qos
  quiet reboot requeue reservation resv-ports segment share signal sockets-per-node spread-job spread-segments stepmgr
  switches tasks tasks-per-node test-only thread-spec threads-per-core time time-min tmp tres-bind tres-per-task uid usage
  use-min-nodes verbose version wait wait-all-nodes wckey workdir wrap
`
  .trim()
  .split(/\s+/);

/** Names that sbatch has twice. */
const SAME: Readonly<Record<string, string>> = {
  share: 'oversubscribe',
  tasks: 'ntasks',
  'tasks-per-node': 'ntasks-per-node',
  workdir: 'chdir',
};

/** Whether sbatch itself has an option. */
export function isSbatchOption(name: string): boolean {
  return OPTIONS.includes(name);
}

/** The name of an option that may be cut short: sbatch takes the beginning of a name that no other has. */
function fullName(name: string): string {
  const meant = OPTIONS.filter((option) => option.startsWith(name));
  const full = OPTIONS.includes(name) || meant.length !== 1 ? name : (meant[0] ?? name);
  return SAME[full] ?? full;
}

/** One option as a directive gives it. */
export interface DirectiveOption {
  /** Its long name. */
  readonly name: string;
  readonly value?: string;
  /** As it was written. */
  readonly text: string;
}

/** The comments that a script begins with, directives among them, and what follows: sbatch reads no further. */
export function splitHead(script: string): { readonly head: string; readonly rest: string } {
  const lines = script.split('\n');
  const end = lines.findIndex((line) => !/^\s*(?:#|$)/.test(line));
  const count = end < 0 ? lines.length : end;
  return { head: lines.slice(0, count).join('\n'), rest: lines.slice(count).join('\n') };
}

export interface ScriptParts {
  readonly shebang: string;
  /** What follows `#SBATCH`. */
  readonly directives: readonly string[];
  readonly body: string;
}

export function splitScript(script: string): ScriptParts {
  const { head, rest } = splitHead(script.replace(/\r\n/g, '\n'));
  const [first = '', ...others] = head.split('\n');
  const shebang = first.startsWith('#!') ? first : '';
  const comments = shebang === '' ? [first, ...others] : others;
  const isDirective = (line: string): boolean => /^#SBATCH\b/.test(line);
  return {
    shebang,
    directives: comments.filter(isDirective).map((line) => line.slice('#SBATCH'.length)),
    body: [...comments.filter((line) => !isDirective(line)), rest].join('\n').trim(),
  };
}

/** One `#SBATCH` line may hold several options. */
export function parseOptions(directive: string): DirectiveOption[] {
  const words = wordsOf(directive);
  const options: DirectiveOption[] = [];
  for (let i = 0; i < words.length; i += 1) {
    const { value: word = '', text = '' } = words[i] ?? {};
    const next = words[i + 1];
    const long = /^--([\w-]+)(?:=(.*))?$/s.exec(word);
    const short = /^-(\w)(.*)$/s.exec(word);
    const [name, attached] = [long?.[1] ?? short?.[1], long ? long[2] : short?.[2] || undefined];
    if (name === undefined) continue;
    const separate = attached === undefined && next !== undefined && !next.value.startsWith('-') ? next : undefined;
    if (separate !== undefined) i += 1;
    const value = attached ?? separate?.value;
    options.push({
      name: short ? (LONG[name] ?? name) : fullName(name),
      ...(value !== undefined && { value }),
      text: separate === undefined ? text : `${text} ${separate.text}`,
    });
  }
  return options;
}

interface DirectiveWord {
  readonly text: string;
  /** Without quotes and backslashes. */
  readonly value: string;
}

/** As sbatch cuts a line: a backslash takes the next character as it is, also in quotes; a bare `#` ends the line. */
function wordsOf(line: string): DirectiveWord[] {
  const words: DirectiveWord[] = [];
  const word = /(?:\\.|"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?|[^\s"'\\#])+/gsy;
  for (let at = 0; ;) {
    at += /^\s*/.exec(line.slice(at))?.[0].length ?? 0;
    word.lastIndex = at;
    const text = word.exec(line)?.[0];
    if (text === undefined) return words;
    words.push({ text, value: unquoted(text) });
    at += text.length;
    if (line[at] === '#') return words;
  }
}

function unquoted(text: string): string {
  return text.replace(
    /\\(.)|"((?:\\.|[^"\\])*)"?|'((?:\\.|[^'\\])*)'?/gs,
    (_, escaped?: string, double?: string, single?: string) =>
      escaped ?? (double ?? single ?? '').replace(/\\(.)/gs, '$1'),
  );
}
