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

/** One option as a directive gives it. */
export interface Option {
  /** Its long name. */
  readonly name: string;
  readonly value?: string;
  /** As it was written. */
  readonly text: string;
}

/** The comments that a script begins with, directives among them, and what follows: sbatch reads no further. */
export function headOf(script: string): { readonly head: string; readonly rest: string } {
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

export function partsOf(script: string): ScriptParts {
  const { head, rest } = headOf(script.replace(/\r\n/g, '\n'));
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
export function optionsOf(directive: string): Option[] {
  const words = wordsOf(directive);
  const options: Option[] = [];
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
      name: short ? (LONG[name] ?? name) : name,
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
