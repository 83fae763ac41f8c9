/**
 * A lint rule: inside a module of `src/`, folders import each other in one direction only, as `arrows.ts` lists it.
 * Imports between modules are the business of `boundaries/dependencies`.
 */
import { dirname, join, relative } from 'node:path';
import { ARROWS, type Arrows } from './arrows.ts';

interface Node {
  readonly type: string;
}

interface Import extends Node {
  readonly source: (Node & { readonly value?: unknown }) | null;
}

interface Context {
  readonly cwd: string;
  readonly filename: string;
  report(found: { readonly node: Node; readonly message: string }): void;
}

interface Visitor {
  ImportDeclaration(node: Import): void;
  ExportNamedDeclaration(node: Import): void;
  ExportAllDeclaration(node: Import): void;
  ImportExpression(node: Import): void;
}

interface Plugin {
  readonly meta: { readonly name: string };
  readonly rules: Readonly<Record<string, { create(context: Context): Visitor }>>;
}

/** Where a file of `src/` belongs. */
interface Place {
  readonly module: string;
  /** Its folder inside the module; `.` for files beside `index.ts`, `index` for that file. */
  readonly part: string;
}

function placeOf(path: string): Place | undefined {
  const [src, module, ...rest] = path.split('/');
  if (src !== 'src' || module === undefined || rest.length === 0) return undefined;
  return { module, part: rest.join('/') === 'index.ts' ? 'index' : dirname(rest.join('/')) };
}

/** Why an import is not allowed; undefined when it is. */
function judge(from: Place, to: Place): string | undefined {
  if (from.module !== to.module || from.part === to.part || from.part === 'index') return undefined;
  const arrows: Arrows = ARROWS[from.module] ?? {};
  const unknown = [from.part, to.part].find((part) => part !== '.' && part !== 'index' && !(part in arrows));
  if (unknown !== undefined)
    return `src/${from.module}/${unknown} is not in scripts/arrows.ts: say what it may import.`;
  if (arrows[from.part]?.includes(to.part)) return undefined;
  const name = ({ module, part }: Place): string => (part === '.' ? `${module}/*.ts` : `${module}/${part}`);
  return `"${name(from)}" may not import "${name(to)}" (scripts/arrows.ts).`;
}

function watch(context: Context): Visitor {
  const path = relative(context.cwd, context.filename);
  const from = placeOf(path);
  const look = (node: Import): void => {
    const source = node.source?.value;
    if (from === undefined || typeof source !== 'string' || !source.startsWith('.')) return;
    const to = placeOf(join(dirname(path), source));
    const why = to && judge(from, to);
    if (why !== undefined) context.report({ node, message: why });
  };
  return {
    ImportDeclaration: look,
    ExportNamedDeclaration: look,
    ExportAllDeclaration: look,
    ImportExpression: look,
  };
}

const plugin: Plugin = { meta: { name: 'sheaf-arrows' }, rules: { arrows: { create: watch } } };

export default plugin;
