import { blockNotIndented, indentedTop, strayLine } from './yaml-indentation.ts';
import { indentation, rewrites, type Rule } from './yaml-rule.ts';

/** What is before the value, its key, the value and the comment of a line. */
const ENTRY = /^( *(?:- +)*(?:([\w.*/-]+|"[^"]*"|'[^']*') *:[ \t]+)?)(.*?)((?:\s+#.*)?)$/;

const unclosedQuote: Rule = (lines, at) => {
  const [, before = '', , value = '', comment = ''] = ENTRY.exec(lines[at - 1] ?? '') ?? [];
  const quote = /^["']/.exec(value)?.[0];
  if (quote === undefined || value.slice(1).includes(quote)) return [];
  return [
    {
      message: `The quote ${quote} is not closed`,
      edit: { from: at, to: at, lines: [`${before}${value}${quote}${comment}`] },
    },
  ];
};

/** A block holds a command as it is. */
const command: Rule = (lines, at) => {
  const [, before = '', key, value = '', comment = ''] = ENTRY.exec(lines[at - 1] ?? '') ?? [];
  if (key !== 'command' || BLOCK_HEADER.test(value)) return [];
  const more = continuation(lines, at);
  const texts = [value, ...more.map((line) => line.trim())].filter((text) => text !== '');
  const trouble = troubleOf(texts.join(' '));
  if (trouble === undefined) return [];
  const indent = ' '.repeat(before.search(/[^ -]/) + 2);
  const block = texts.map((text, i) => `${indent}${text}${i === texts.length - 1 || text.endsWith('\\') ? '' : ' \\'}`);
  return [
    {
      message: `Commands ${trouble.which} need a block: \`command: |\``,
      why: trouble.why,
      edit: { from: at, to: at + more.length, lines: [`${before.trimEnd()} |${comment}`, ...block] },
    },
  ];
};

/** Programs that a line begins with when it is the command of a template, and not a key. */
const PROGRAM = /^(?:python[\d.]*|srun|torchrun|accelerate|deepspeed|mpirun|uv|conda|bash|sh|\.\/\S+) +\S/;

/** A command at the top of a file, without the key that it belongs to. */
const bareCommand: Rule = (lines, at) => {
  const line = lines[at - 1] ?? '';
  if (!PROGRAM.test(line)) return [];
  const texts = [line, ...continuation(lines, at)].map((each) => `  ${each.trim()}`);
  return [
    {
      message: 'A command needs its key: `command: |`',
      edit: { from: at, to: at + texts.length - 1, lines: ['command: |', ...texts] },
    },
  ];
};

/** The lines that go on with the value of a line, since they are indented further. */
function continuation(lines: readonly string[], at: number): string[] {
  const own = indentation(lines[at - 1] ?? '');
  const rest = lines.slice(at);
  const end = rest.findIndex((line) => line.trim() === '' || indentation(line) <= own);
  return end < 0 ? rest : rest.slice(0, end);
}

const value: Rule = (lines, at) => {
  const [, before = '', , text = '', comment = ''] = ENTRY.exec(lines[at - 1] ?? '') ?? [];
  const trouble = before.trim() === '' ? undefined : troubleOf(text);
  if (trouble === undefined) return [];
  return [
    {
      message: `Values ${trouble.which} need quotes`,
      why: trouble.why,
      edit: { from: at, to: at, lines: [`${before}${quoted(text)}${comment}`] },
    },
  ];
};

const BLOCK_HEADER = /^[|>][-+\d]*$/;

/** Why a text cannot stand without quotes. */
function troubleOf(text: string): { which: string; why: string } | undefined {
  const [start] = /^(?:\{[{%]|[%@`*&!|>])/.exec(text) ?? [];
  if (start !== undefined && !BLOCK_HEADER.test(text)) {
    const sign = (char: string): string => (char === '`' ? 'a backtick' : `\`${char}\``);
    return { which: `that begin with ${sign(start)}`, why: `${sign(start[0] ?? '')} has another meaning in YAML` };
  }
  if (/^(["']).*\1.+/.test(text))
    return { which: 'that go on after a quote', why: 'YAML takes the quotes for those of the whole value' };
  if (/:(?: |$)/.test(text) && !/^[[{]/.test(text))
    return { which: 'containing `: `', why: 'YAML reads `: ` as the end of a key' };
  return undefined;
}

/** `'it's'` loses its outer quotes first. */
function quoted(text: string): string {
  const [, , inner] = /^(["'])(.*)\1$/.exec(text) ?? [];
  const bare = inner !== undefined && inner.split(text[0] ?? '').length % 2 === 0 ? inner : text;
  if (!bare.includes("'")) return `'${bare}'`;
  return /["\\]/.test(bare) ? `'${bare.replaceAll("'", "''")}'` : `"${bare}"`;
}

const CLOSING: Readonly<Record<string, string>> = { '[': ']', '{': '}' };

/** `[1, 2` and `[1, 2]]`. */
const brackets: Rule = (lines, at) => {
  const line = (lines[at - 1] ?? '').trimEnd();
  const open: string[] = [];
  for (const [char] of line.matchAll(/[[\]{}]/g)) {
    const closing = CLOSING[char];
    if (closing !== undefined) open.unshift(closing);
    else if (open.shift() !== char)
      return [{ message: `There is one ${char} too many`, edit: { from: at, to: at, lines: [line.slice(0, -1)] } }];
  }
  if (open.length === 0) return [];
  const edit = { from: at, to: at, lines: [line + open.join('')] };
  return [{ message: `${open.join('')} is missing at the end of the line`, edit }];
};

/** From a page or a chat. */
const codeFence: Rule = (lines) => {
  const isFence = (line: string): boolean => line.trimStart().startsWith('```');
  const from = lines.findIndex(isFence) + 1;
  const to = lines.findLastIndex(isFence) + 1;
  if (from === 0) return [];
  const edit = { from, to, lines: lines.slice(from - 1, to).filter((line) => !isFence(line)) };
  return [{ message: 'Lines with ``` do not belong to the file', edit }];
};

const KEY = String.raw`\s*(?:- +)?[A-Za-z_][\w.-]*`;

/** The most specific first. */
export const RULES: readonly Rule[] = [
  codeFence,
  rewrites(
    { message: 'No-break space, as in text copied from a web page', why: 'YAML takes it for a letter' },
    (line) => line.replaceAll('\u00A0', ' '),
  ),
  ...[2, 0, 4, 8].map((width) =>
    rewrites({ message: 'Tabs cannot be indentation', why: 'YAML allows only spaces' }, (line) =>
      line.replace(/^[ \t]*/, (blank) => blank.replaceAll('\t', ' '.repeat(width))),
    ),
  ),
  blockNotIndented,
  rewrites({ message: 'A space is missing after a colon' }, (line) =>
    line.replace(new RegExp(`^(${KEY}):(?!//)(?=\\S)`), '$1: '),
  ),
  rewrites({ message: 'A space is missing after a colon' }, (line) =>
    line.replace(/(?<=[{,]\s*[A-Za-z_][\w.-]*):(?=[^\s/])/g, ': '),
  ),
  rewrites({ message: 'A space is missing after the - of a list' }, (line) => line.replace(/^(\s*-)(?=[^\s-])/, '$1 ')),
  rewrites({ message: 'Comments begin with #' }, (line) => line.replace(/^(\s*)(?=[%@`]|\/\/)/, '$1# ')),
  rewrites({ message: 'A comment needs a space before it' }, (line) => line.replace(/(?<=["'\]}])#/, ' #')),
  rewrites({ message: 'A backslash needs single quotes', why: 'between double quotes it begins an escape' }, (line) =>
    line.replace(/"([^"']*\\[^"']*)"/g, "'$1'"),
  ),
  bareCommand,
  unclosedQuote,
  command,
  value,
  rewrites({ message: 'Values that begin with `{{` need quotes', why: '`{` has another meaning in YAML' }, (line) =>
    line.replace(/([:,[]\s*)(\{\{.*?\}\}[^,\]}]*)/g, (_, before: string, text: string) => before + quoted(text)),
  ),
  rewrites({ message: 'Values containing `: ` need quotes', why: 'YAML reads `: ` as the end of a key' }, (line) =>
    line.replace(
      /([{,]\s*[\w.-]+: )([^,{}[\]'"]+: [^,{}]*)/g,
      (_, before: string, text: string) => before + quoted(text),
    ),
  ),
  brackets,
  rewrites({ message: 'A key ends with a colon, not with =' }, (line) =>
    line.replace(new RegExp(`^(${KEY})\\s*=\\s*(?=\\S)`), '$1: '),
  ),
  rewrites({ message: 'A colon is missing after a key' }, (line) =>
    line.replace(/^(\s*[A-Za-z_]\w*)[ \t]+(?=\S+$)/, '$1: '),
  ),
  indentedTop,
  strayLine,
];
