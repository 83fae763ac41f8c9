import { parseSync } from 'rolldown/utils';

/** Replaces every character that is not prose, so that no phrase is found across it. */
const CODE = '\0';

/**
 * Returns the text of a file with all code blanked out. Lines keep their numbers.
 * Prose is: in Markdown, everything but code; in TypeScript and JavaScript, comments and texts of several words; in scripts, comments.
 */
export function extractProse(path: string, text: string): string {
  if (path.endsWith('.md')) return blankMarkdownCode(text);
  if (/\.[cm]?[jt]s$/.test(path)) return extractFromProgram(path, text);
  return blankInlineCode(keepComments(text));
}

/** Blanks out all of a script but its comments: what follows a `#` at the beginning of a word. */
function keepComments(script: string): string {
  return script.replaceAll(/^(.*?)(?:(?<=^|\s)#(?!!)(.*))?$/gm, (_, code: string, comment?: string) =>
    comment === undefined ? blank(code) : `${blank(code)} ${comment}`,
  );
}

function blank(text: string): string {
  return text.replaceAll(/\S/g, CODE);
}

function blankInlineCode(text: string): string {
  return text.replaceAll(/\\?`[^`\n]*`|\{@link [^}]*\}/g, blank);
}

function blankMarkdownCode(markdown: string): string {
  const prose = markdown
    .replaceAll(/^( *)```[^]*?^\1```/gm, keepComments)
    .replaceAll(/<!--[^]*?-->|\]\([^)\n]*\)/g, blank);
  return blankInlineCode(prose);
}

interface Range {
  readonly start: number;
  readonly end: number;
}

function extractFromProgram(path: string, text: string): string {
  const { program, comments, errors } = parseSync(path, text);
  const [error] = errors;
  if (error) throw new Error(`${path}: ${error.message}`);
  const ranges = [...comments, ...findTexts(program)].sort((a, b) => a.start - b.start);
  const pieces: string[] = [];
  let end = 0;
  for (const range of ranges) {
    pieces.push(blank(text.slice(end, range.start)), readableText(text.slice(range.start, range.end)));
    end = range.end;
  }
  return `${pieces.join('')}${blank(text.slice(end))}`;
}

/** A comment or text without its marks: `//`, `*` and quotes. One word alone, such as a key, is no prose. */
function readableText(source: string): string {
  const isComment = source.startsWith('//') || source.startsWith('/*');
  if (isComment) return blankInlineCode(source.replaceAll(/^(\s*)(\/\/+|\/\*+|\*+\/?)|\*\/$/gm, toSpaces));
  if (!/\S\s+\S/.test(source)) return blank(source);
  return blankInlineCode(source.replaceAll(/^['"`}]|['"`]$|\$\{$|\\n/g, blank));
}

function toSpaces(marks: string): string {
  return ' '.repeat(marks.length);
}

/** The string literals and the pieces of template literals in a syntax tree. */
function findTexts(node: unknown): Range[] {
  if (typeof node !== 'object' || node === null) return [];
  if (Array.isArray(node)) return node.flatMap(findTexts);
  if (isText(node)) return [node];
  return Object.values(node).flatMap(findTexts);
}

function isText(node: object): node is Range {
  if (!('type' in node)) return false;
  return (
    node.type === 'TemplateElement' || (node.type === 'Literal' && 'value' in node && typeof node.value === 'string')
  );
}
