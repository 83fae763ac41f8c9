/**
 * A lint rule: the time comes in from a clock (`src/system`), so that a test can choose it.
 * `new Date(stamp)` stays free.
 */
interface Node {
  readonly type: string;
}

interface Name extends Node {
  readonly name: string;
}

interface Member extends Node {
  readonly object: Node | Name;
  readonly property: Node | Name;
}

interface Call extends Node {
  readonly callee: Node | Name;
  readonly arguments: readonly Node[];
}

interface Context {
  report(found: { readonly node: Node; readonly message: string }): void;
}

interface Visitor {
  MemberExpression(node: Member): void;
  NewExpression(node: Call): void;
  CallExpression(node: Call): void;
}

interface Plugin {
  readonly meta: { readonly name: string };
  readonly rules: Readonly<Record<string, { create(context: Context): Visitor }>>;
}

function isNamed(node: Node | Name, name: string): boolean {
  return 'name' in node && node.name === name;
}

function watch(context: Context): Visitor {
  const report = (node: Node, clock: string): void =>
    context.report({ node, message: `${clock} reads the clock: take the time from src/system.` });
  return {
    MemberExpression(node): void {
      if (isNamed(node.object, 'Date') && isNamed(node.property, 'now')) report(node, 'Date.now');
    },
    NewExpression(node): void {
      if (isNamed(node.callee, 'Date') && node.arguments.length === 0) report(node, 'new Date()');
    },
    CallExpression(node): void {
      if (isNamed(node.callee, 'Date')) report(node, 'Date()');
    },
  };
}

const plugin: Plugin = { meta: { name: 'sheaf' }, rules: { 'no-clock': { create: watch } } };

export default plugin;
