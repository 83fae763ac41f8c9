import { suggestName } from '../../core/text/nearest.ts';
import type { Condition, JinjaExpression, Statement } from './ast.ts';
import { parseExpression, parseOr, TokenReader } from './expression-parser.ts';
import { makeSyntaxError } from './fault.ts';
import { tokenize, type Item } from './lexer.ts';

const KNOWN = ['if', 'elif', 'else', 'endif', 'for', 'endfor', 'set', 'raw', 'endraw'];
const INHERITS = ['extends', 'block', 'endblock'];
const MOST_DEPTH = 60;

/**
 * Reads a whole template.
 *
 * @param inherits whether it may extend another one and have blocks
 * @throws JinjaError `jinja.syntax`
 */
export function parseTemplate(source: string, inherits = false): Statement[] {
  const items = new ItemReader(tokenize(source), inherits);
  const { body, ended } = parseBody(items, []);
  if (ended !== undefined) throw strayBlock(ended, inherits);
  return body;
}

class ItemReader {
  private readonly items: readonly Item[];
  private index = 0;
  readonly inherits: boolean;
  depth = 0;

  constructor(items: readonly Item[], inherits: boolean) {
    this.items = items;
    this.inherits = inherits;
  }

  take(): Item | undefined {
    this.index += 1;
    return this.items[this.index - 1];
  }
}

/** The block that ended a body: `{% else %}` and the like, its name already read. */
interface Ending {
  readonly name: string;
  readonly at: number;
  readonly reader: TokenReader;
}

function parseBody(items: ItemReader, endings: readonly string[]): { body: Statement[]; ended?: Ending } {
  const body: Statement[] = [];
  for (;;) {
    const item = items.take();
    if (item === undefined) return { body };
    if (item.kind === 'text') {
      body.push({ kind: 'text', text: item.text, at: item.at });
    } else if (item.kind === 'output') {
      body.push(parseOutput(item));
    } else {
      const reader = new TokenReader(item.tokens);
      const { at } = reader.next;
      const name = reader.name('the name of a block');
      if (endings.includes(name)) return { body, ended: { name, at, reader } };
      body.push(parseBlock({ name, at, reader }, items));
    }
  }
}

/** `| raw` is part of the output, not a filter: what it lets through is the text of the script itself. */
function parseOutput({ tokens, at }: Extract<Item, { kind: 'output' }>): Statement {
  const reader = new TokenReader(tokens);
  const value = parseExpression(reader);
  reader.end();
  const raw = value.kind === 'filter' && value.name === 'raw';
  return { kind: 'output', at, value: raw ? value.operand : value, raw };
}

function parseBlock(block: Ending, items: ItemReader): Statement {
  items.depth += 1;
  if (items.depth > MOST_DEPTH) throw makeSyntaxError(block.at, `blocks are nested more than ${MOST_DEPTH} deep`);
  const statement = parseKnownBlock(block, items);
  items.depth -= 1;
  return statement;
}

function parseKnownBlock(block: Ending, items: ItemReader): Statement {
  if (items.inherits && block.name === 'extends') return parseExtends(block);
  if (items.inherits && block.name === 'block') return parseNamed(block, items);
  switch (block.name) {
    case 'if':
      return parseIf(block, items);
    case 'for':
      return parseFor(block, items);
    case 'set':
      return parseSet(block);
    default:
      throw strayBlock(block, items.inherits);
  }
}

function strayBlock({ name, at }: Ending, inherits = false): Error {
  if (KNOWN.includes(name) || (inherits && INHERITS.includes(name)))
    return makeSyntaxError(at, `{% ${name} %} has no counterpart`, 'put its counterpart before it, or delete it');
  return makeSyntaxError(
    at,
    `there is no block "${name}" here`,
    suggestName(name, KNOWN, 'there are if, for, set and raw'),
  );
}

function parseIf(opening: Ending, items: ItemReader): Statement {
  const branches: Condition[] = [];
  let current = opening;
  for (;;) {
    const test = parseExpression(current.reader);
    current.reader.end();
    const { body, ended } = parseBody(items, ['elif', 'else', 'endif']);
    if (ended === undefined) throw unclosed(opening);
    branches.push({ test, body });
    if (ended.name === 'elif') {
      current = ended;
      continue;
    }
    ended.reader.end();
    const otherwise = ended.name === 'else' ? parseLast(opening, items) : [];
    return { kind: 'if', at: opening.at, branches, otherwise };
  }
}

/** What follows `{% else %}`, to the end of the block. */
function parseLast(opening: Ending, items: ItemReader): Statement[] {
  const { body, ended } = parseBody(items, [`end${opening.name}`]);
  if (ended === undefined) throw unclosed(opening);
  ended.reader.end();
  return body;
}

function unclosed({ name, at }: Ending): Error {
  return makeSyntaxError(at, `this {% ${name} %} has no end`, `close it with {% end${name} %}`);
}

function parseFor(opening: Ending, items: ItemReader): Statement {
  const { reader, at } = opening;
  const names = [reader.name('a name for each item')];
  while (reader.skip(',')) names.push(reader.name('a name for each item'));
  reader.expect('in');
  const list = parseOr(reader);
  const condition: JinjaExpression | undefined = reader.skip('if') === undefined ? undefined : parseExpression(reader);
  reader.end();
  const { body, ended } = parseBody(items, ['else', 'endfor']);
  if (ended === undefined) throw unclosed(opening);
  ended.reader.end();
  const otherwise = ended.name === 'else' ? parseLast(opening, items) : [];
  return { kind: 'for', at, names, items: list, ...(condition && { condition }), body, otherwise };
}

function parseSet({ reader, at }: Ending): Statement {
  const name = reader.name('a name to set');
  if (reader.is('.')) throw makeSyntaxError(at, 'only a plain name can be set');
  reader.expect('=');
  const value = parseExpression(reader);
  reader.end();
  return { kind: 'set', at, name, value };
}

function parseExtends({ reader, at }: Ending): Statement {
  const { kind, text } = reader.take();
  if (kind !== 'string')
    throw makeSyntaxError(at, 'extends needs the name of a script in quotes', 'write {% extends "sheaf" %}');
  reader.end();
  return { kind: 'extends', at, parent: text };
}

/** `{% block name %} … {% endblock %}`; the end may repeat the name. */
function parseNamed(opening: Ending, items: ItemReader): Statement {
  const { reader, at } = opening;
  const name = reader.name('the name of a block');
  reader.end();
  const { body, ended } = parseBody(items, ['endblock']);
  if (ended === undefined) throw unclosed(opening);
  if (!ended.reader.skip(name)) ended.reader.end();
  return { kind: 'block', at, name, body };
}
