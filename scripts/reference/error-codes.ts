/** The permanent codes of errors, from the syntax trees of `src`, in which a message follows its code. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAst } from 'rolldown/parseAst';

export interface ErrorCode {
  readonly code: string;
  /** Those that the code always has; empty if it depends on what else happened. */
  readonly exitCodes: readonly number[];
  /** `…` stands for names and numbers. */
  readonly messages: readonly string[];
}

type Node = Readonly<Record<string, unknown>> & { readonly type: string };

const root: string = join(import.meta.dirname, '../..');

const CODE = /^[a-z][a-z_]*(\.[a-z_0-9]+)+$/;
/** What looks like a code, but is a file, a tag of a tracker or a column. */
const OTHER =
  /\.(json|yaml|ts|cjs|css|html|js|log|sock|sqlite)$|^mlflow\.(note|source|user)|^utilization\.|^file\.e|^environment\.setup$/;

const EXIT_CODES: { readonly [callee: string]: number } = { inputError: 2, makeProblemAt: 2, problemAt: 2, failure: 1 };

/** Where problems of the input are collected, and then reported together. */
const WRONG_INPUT = /^src\/(cli\/flags|core\/validation|template)\//;

/** Of codes whose message is put together elsewhere. */
const MEANINGS: { readonly [code: string]: string } = {
  'cluster.catalogue': 'the partitions or GPUs under cluster: cannot be read',
  'code.copy': 'a file changed while it was copied into the code snapshot',
  'command.missing': 'neither the template nor sheaf.yaml has a command',
  'config.key.unknown': 'there is no such key',
  'config.text': 'the value must be a text on one line',
  'environment.requires': 'Python packages that the template requires are missing',
  'expression.syntax': 'an expression cannot be read',
  'export.update': 'the table that is to be updated cannot be read, or has rows that cannot be told apart',
  'expression.function': 'there is no such function',
  'export.form': 'export must be a map',
  'harvest.expression': 'a computed value cannot be read',
  'harvest.pattern': 'a pattern cannot be used',
  'harvest.pattern.group': 'a pattern has no group',
  'harvest.pattern.syntax': 'a pattern is not a regular expression',
  'init.slurm_conf': 'SLURM_CONF names a file that is missing',
  'jinja.syntax': 'a template cannot be read',
  'jinja.value': 'an expression of a template cannot be computed',
  'param.choice': 'the value is not one of the choices',
  'param.long': 'the value is too long',
  'param.range': 'the value is out of range',
  'param.text': 'the value has a character that no program can be given',
  'param.type': 'the value has the wrong type',
  'plot.no_series': 'no experiment has a series of the metric',
  'prune.unread': 'no completed experiment has values from which the metric could be chosen',
  'query.ambiguous': 'the name is both a parameter and a result',
  'query.character': 'a character has no meaning in queries',
  'query.name': 'a name is incomplete',
  'query.quote': 'a quote is not closed',
  'sbatch.value': 'the value cannot be that of an option of sbatch',
  'scheduler.unreachable': 'the cluster does not answer',
  'search.metric': 'the metric that decides is missing, or cannot decide',
  'slurm.unreachable': 'Slurm does not answer',
  'stages.command': 'a stage has no command',
  'start.none': 'there is no such checkpoint to start from',
  'sweep.list.row': 'a row of the list cannot be read',
  'sweep.list.syntax': 'the list is not CSV or JSON',
  'sweep.option': '--grid, --zip or --draw cannot be read',
  'template.from': 'there is nothing to make a template from',
  'text.words': 'a value must be a single text here',
  'wait.not_submitted': 'there is nothing to wait for',
};

/** All of them, by name. */
export function listErrorCodes(): readonly ErrorCode[] {
  const uses: Use[] = [];
  const literals = new Set<string>();
  const files = globSync('src/**/*.{ts,tsx}', { cwd: root }).filter(
    (file) => !/\.test\.|^src\/(web|core\/diagnosis)\//.test(file),
  );
  for (const file of files) {
    const ast = parseAst(readFileSync(join(root, file), 'utf8'), { lang: file.endsWith('x') ? 'tsx' : 'ts' });
    for (const node of nodesOf(ast)) {
      uses.push(...usesIn(node, file));
      const text = textOf(node);
      if (text !== undefined) literals.add(text);
    }
  }
  // A code without a message is passed to a function that reports it.
  const areas = new Set(uses.map(({ code }) => areaOf(code)));
  for (const text of literals) if (CODE.test(text) && areas.has(areaOf(text))) uses.push({ code: text });
  const byCode = Map.groupBy(
    uses.filter(({ code }) => !OTHER.test(code)),
    ({ code }) => code,
  );
  return [...byCode].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([code, found]) => merge(code, found));
}

export function areaOf(code: string): string {
  return code.split('.')[0] ?? '';
}

interface Use {
  readonly code: string;
  readonly message?: string | undefined;
  readonly exitCode?: number | undefined;
}

function merge(code: string, uses: readonly Use[]): ErrorCode {
  const exitCodes = uses.map(({ exitCode }) => exitCode).filter((each) => each !== undefined);
  const messages = uses.map(({ message }) => message).filter((each) => each !== undefined);
  const own = MEANINGS[code];
  return {
    code,
    exitCodes: [...new Set(exitCodes)].toSorted((a, b) => a - b),
    messages: own === undefined ? [...new Set(messages)] : [own],
  };
}

function* nodesOf(value: unknown): Generator<Node> {
  if (Array.isArray(value)) for (const each of value) yield* nodesOf(each);
  else if (isNode(value)) {
    yield value;
    for (const part of Object.values(value)) yield* nodesOf(part);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Partial<Node>).type === 'string';
}

/** Codes with a message beside them: as arguments of a call, or as parts of an object. */
function usesIn(node: Node, file: string): Use[] {
  if (node.type === 'CallExpression' || node.type === 'NewExpression') {
    const words = node['arguments'] as readonly Node[];
    const exitCode = EXIT_CODES[String((node['callee'] as Node)['name'])];
    return words.flatMap((word, i) => {
      const message = textOf(words[i + 1]);
      if (exitCode === undefined && message?.includes(' ') !== true) return [];
      return codesOf(word).map((code) => ({ code, message, exitCode }));
    });
  }
  if (node.type !== 'ObjectExpression') return [];
  const parts = new Map(
    (node['properties'] as readonly Node[]).map((part) => [
      String((part['key'] as Node | undefined)?.['name']),
      part['value'],
    ]),
  );
  return codesOf(parts.get('code')).map((code) => ({
    code,
    message: textOf(parts.get('message')),
    exitCode: WRONG_INPUT.test(file) ? 2 : undefined,
  }));
}

function codesOf(value: unknown): string[] {
  if (isNode(value) && value.type === 'ConditionalExpression') {
    return [...codesOf(value['consequent']), ...codesOf(value['alternate'])];
  }
  return [textOf(value) ?? ''].filter((text) => CODE.test(text));
}

/** A text of the program, with `…` for what is put in; undefined if there is none. */
function textOf(value: unknown): string | undefined {
  if (!isNode(value)) return undefined;
  if (value.type === 'Literal') return typeof value['value'] === 'string' ? value['value'] : undefined;
  if (value.type === 'ConditionalExpression') {
    const both = [textOf(value['consequent']), textOf(value['alternate'])].filter((each) => each !== undefined);
    return both.length === 0 ? undefined : both.join('; or: ');
  }
  if (value.type !== 'TemplateLiteral') return undefined;
  const pieces = value['quasis'] as readonly { readonly value: { readonly cooked: string } }[];
  return pieces.map((piece) => piece.value.cooked).join('…');
}
