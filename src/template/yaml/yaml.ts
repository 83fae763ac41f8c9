import {
  isAlias,
  isMap as isYamlMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Node,
  type Scalar as ScalarNode,
  type YAMLMap,
} from 'yaml';
import type { Layer, Position } from '../../core/validation/config.ts';
import { throwProblems, type Problem } from '../../core/errors.ts';
import { pointer, type JsonPointer, type Scalar, type Value, type ValueMap } from '../../core/value.ts';
import { parsePlainScalar } from '../../core/number-source.ts';
import { syntaxProblem } from './yaml-problems.ts';
import { linesOf, positionInText } from './yaml-text.ts';

/**
 * Reads one YAML 1.2 document that must be a map. An empty document is an empty map.
 *
 * @param source how the file is called in messages
 * @throws SheafError `yaml.*` that tells all faults with file, line and column
 */
export function parseYaml(text: string, source: string): Layer {
  const counter = new LineCounter();
  // A byte order mark is no part of the document, and would shift the first columns.
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const document = parseDocument(body, {
    lineCounter: counter,
    prettyErrors: false,
    stringKeys: true,
    resolveKnownTags: false,
    logLevel: 'error',
  });
  const lines = linesOf(body);
  const place = (offset: number): Position => {
    const { line, col } = counter.linePos(offset);
    return { line, column: col };
  };
  const tell = (offset: number, problem: Omit<Problem, 'at' | 'excerpt'>): Problem => {
    const position = place(offset);
    const excerpt = lines[position.line - 1];
    return { ...problem, at: { file: source, ...position }, ...(excerpt === undefined ? {} : { excerpt }) };
  };

  throwProblems(syntaxProblem(document.errors, lines, place).map(({ offset, ...problem }) => tell(offset, problem)));
  const reader = new Reader(document, place, tell);
  const values = reader.top();
  throwProblems(reader.problems);
  return {
    source,
    values,
    written: reader.written,
    places: reader.places,
    lineText: (line) => lines[line - 1],
    placeIn: (path, offset) => {
      const node = reader.texts.get(path);
      return node === undefined ? reader.places[path] : positionInText(node, offset, lines, place);
    },
  };
}

/** Far above any real file; aliases of aliases of aliases reach it at once. */
const MOST_NODES = 100_000;
const MOST_DEPTH = 100;

class Reader {
  readonly problems: Problem[] = [];
  readonly written: Record<JsonPointer, string> = {};
  readonly places: Record<JsonPointer, Position> = {};
  /** Where texts stand, to find a character of one in the file. */
  readonly texts = new Map<JsonPointer, ScalarNode>();
  private readonly document: Document;
  private readonly place: (offset: number) => Position;
  private readonly tell: (offset: number, problem: Omit<Problem, 'at' | 'excerpt'>) => Problem;
  private nodes = 0;

  constructor(
    document: Document,
    place: (offset: number) => Position,
    tell: (offset: number, problem: Omit<Problem, 'at' | 'excerpt'>) => Problem,
  ) {
    this.document = document;
    this.place = place;
    this.tell = tell;
  }

  top(): ValueMap {
    const { contents } = this.document;
    if (contents === null || (isScalar(contents) && contents.value === null)) return {};
    if (isYamlMap(contents)) return this.map(contents, '', 0);
    this.complain(contents as Node, {
      code: 'yaml.top',
      message: 'the file is not a map of keys and values',
      fix: 'write one "key: value" a line',
    });
    return {};
  }

  private complain(node: Node, problem: Omit<Problem, 'at' | 'excerpt'>): void {
    this.problems.push(this.tell(node.range?.[0] ?? 0, problem));
  }

  private map(node: YAMLMap, path: JsonPointer, depth: number): ValueMap {
    const map: Record<string, Value> = {};
    this.checkTag(node);
    for (const pair of node.items) {
      const keyNode = pair.key as ScalarNode<string>;
      const key = String(keyNode.value);
      const at = path + pointer(key);
      if (key === '__proto__') {
        this.complain(keyNode, { code: 'yaml.key', message: '"__proto__" cannot be a key', fix: 'rename it' });
        continue;
      }
      this.places[at] ??= this.place(keyNode.range?.[0] ?? 0);
      map[key] = this.value(pair.value as Node | null, at, depth + 1);
    }
    return map;
  }

  private value(node: Node | null, path: JsonPointer, depth: number): Value {
    this.nodes += 1;
    if (node === null) return null;
    if (this.nodes > MOST_NODES || depth > MOST_DEPTH) {
      if (this.problems.length === 0) this.complain(node, TOO_LARGE);
      return null;
    }
    if (isAlias(node)) return this.alias(node, path, depth);
    if (isYamlMap(node)) return this.map(node, path, depth);
    if (isSeq(node)) {
      this.checkTag(node);
      return node.items.map((item, i) => {
        const at = path + pointer(i);
        this.places[at] ??= this.place((item as Node).range?.[0] ?? 0);
        return this.value(item as Node, at, depth + 1);
      });
    }
    return this.scalar(node as ScalarNode, path);
  }

  private alias(
    node: Node & { resolve(document: Document): Node | undefined; source: string },
    path: JsonPointer,
    depth: number,
  ): Value {
    const target = node.resolve(this.document);
    if (target !== undefined) return this.value(target, path, depth + 1);
    this.complain(node, { code: 'yaml.alias', message: `nothing above is marked &${node.source}` });
    return null;
  }

  private scalar(node: ScalarNode, path: JsonPointer): Scalar {
    this.checkTag(node);
    if (node.type !== 'PLAIN' || node.tag !== undefined) {
      this.texts.set(path, node);
      return String(node.value);
    }
    const { value, written } = parsePlainScalar(node.source ?? '');
    if (written !== undefined) this.written[path] = written;
    if (typeof value === 'string') this.texts.set(path, node);
    return value;
  }

  private checkTag(node: Node): void {
    const tag = node.tag;
    if (tag === undefined || tag === 'tag:yaml.org,2002:str') return;
    this.complain(node, {
      code: 'yaml.tag',
      message: `the tag ${tag.replace('tag:yaml.org,2002:', '!!')} has no meaning here`,
      fix: 'take it out; only !!str is known',
    });
  }
}

const TOO_LARGE: Omit<Problem, 'at' | 'excerpt'> = {
  code: 'yaml.too_large',
  message: 'the file grows beyond 100,000 values, or is nested more than 100 deep',
  why: 'aliases that contain aliases multiply, and one that contains itself never ends',
};
