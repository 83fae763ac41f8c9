import type { Arguments, JinjaExpression, Statement } from './ast.ts';

/** A name that a template takes from outside. */
export interface FreeName {
  readonly name: string;
  readonly at: number;
}

/**
 * The names that a template needs, also in branches that are not taken. Left out are names that the
 * template itself sets, and those that it guards with `is defined` or `default`.
 */
export function findFreeNames(template: readonly Statement[]): FreeName[] {
  const found: FreeName[] = [];
  const own = new Set<string>(['range']);
  statements(template, found, own);
  return found.filter(({ name }) => !own.has(name));
}

function statements(list: readonly Statement[], found: FreeName[], own: Set<string>): void {
  for (const statement of list) {
    switch (statement.kind) {
      case 'text':
        break;
      case 'output':
        expression(statement.value, found, own);
        break;
      case 'if':
        for (const { test, body } of statement.branches) {
          expression(test, found, own);
          statements(body, found, own);
        }
        statements(statement.otherwise, found, own);
        break;
      case 'for':
        for (const name of [...statement.names, 'loop']) own.add(name);
        expression(statement.items, found, own);
        if (statement.condition) expression(statement.condition, found, own);
        statements(statement.body, found, own);
        statements(statement.otherwise, found, own);
        break;
      case 'block':
        statements(statement.body, found, own);
        break;
      case 'extends':
        break;
      case 'set':
        own.add(statement.name);
        expression(statement.value, found, own);
    }
  }
}

function expression(node: JinjaExpression, found: FreeName[], own: Set<string>): void {
  const visit = (child: JinjaExpression): void => expression(child, found, own);
  switch (node.kind) {
    case 'literal':
      return;
    case 'name':
      found.push({ name: node.name, at: node.at });
      return;
    case 'list':
      return node.items.forEach(visit);
    case 'map':
      return node.entries.flat().forEach(visit);
    case 'member':
      return visit(node.object);
    case 'index':
      return [node.object, node.index].forEach(visit);
    case 'slice':
      return [node.object, node.start, node.stop].forEach((child) => child && visit(child));
    case 'call':
      return [node.callee, ...argumentsOf(node.args)].forEach(visit);
    case 'filter':
    case 'test': {
      const guarded = guards(node.name) ? rootName(node.operand) : undefined;
      if (guarded === undefined) visit(node.operand);
      else own.add(guarded);
      return argumentsOf(node.args).forEach(visit);
    }
    case 'not':
    case 'sign':
      return visit(node.operand);
    case 'logic':
    case 'operation':
      return [node.left, node.right].forEach(visit);
    case 'compare':
      return [node.first, ...node.rest.map(({ value }) => value)].forEach(visit);
    case 'choice':
      return [node.condition, node.yes, node.no].forEach((child) => child && visit(child));
  }
}

function argumentsOf({ positional, named }: Arguments): JinjaExpression[] {
  return [...positional, ...named.values()];
}

function guards(name: string): boolean {
  return name === 'defined' || name === 'undefined' || name === 'default' || name === 'd';
}

/** The name at the root of `a`, `a.b` or `a.b.c`. */
function rootName(node: JinjaExpression): string | undefined {
  if (node.kind === 'name') return node.name;
  return node.kind === 'member' ? rootName(node.object) : undefined;
}
