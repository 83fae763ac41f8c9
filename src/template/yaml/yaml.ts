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
import { quoteShellWord } from '../../core/text/bash.ts';
import { inputError, throwProblems, type Problem, type SheafError } from '../../core/errors.ts';
import { toPointer, type JsonPointer, type Scalar, type Value, type ValueMap } from '../../core/value.ts';
import { parsePlainScalar } from '../../core/number-source.ts';
import { withRemedy } from './yaml-remedies.ts';
import { syntaxProblem } from './yaml-problems.ts';
import { linesOf, findPosition } from './yaml-text.ts';

/**
 * Reads one YAML 1.2 document that must be a map. An empty document is an empty map.
 *
 * @param source how the file is called in messages
 * @throws SheafError `yaml.*` that tells all faults with file, line and column
 */
export function parseYaml(text: string, source: string): Layer {
  if (text.includes('\0')) throw notUtf8(source);
  // A byte order mark is no part of the document, and would shift the first columns.
  const body = (text.startsWith('\uFEFF') ? text.slice(1) : text).replaceAll(LONE_RETURN, '\n');
  const { layer, problems } = readDocument(body, source);
  const wrong = problems.find(({ code }) => code !== 'yaml.key.duplicate' && code !== 'yaml.tag');
  const problemOf = (other: string): Problem | undefined => readDocument(other, source).problems[0];
  throwProblems(
    problems.map((problem) => (problem === wrong ? withRemedy(problem, linesOf(body), problemOf) : problem)),
  );
  return layer;
}

/** Editors on Windows call UTF-16 "Unicode". */
function notUtf8(source: string): SheafError {
  return inputError('yaml.encoding', `${source} is not a UTF-8 text`, {
    why: 'it contains null bytes, as UTF-16 does',
    fix: `iconv -f UTF-16 -t UTF-8 ${quoteShellWord(source)} > utf8.yaml && mv utf8.yaml ${quoteShellWord(source)}`,
    at: { file: source },
  });
}

/** How old Macs end lines. */
const LONE_RETURN = /\r(?!\n)/g;

function readDocument(body: string, source: string): { layer: Layer; problems: readonly Problem[] } {
  const counter = new LineCounter();
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

  const problems = syntaxProblem(document.errors, lines, place).map(({ offset, ...problem }) => tell(offset, problem));
  const reader = new Reader(document, lines, place, tell);
  const values = problems.length > 0 ? {} : reader.top();
  const layer: Layer = {
    source,
    values,
    written: reader.written,
    places: reader.places,
    lineText: (line) => lines[line - 1],
    placeIn: (path, offset) => {
      const node = reader.texts.get(path);
      return node === undefined ? reader.places[path] : findPosition(node, offset, lines, place);
    },
  };
  return { layer, problems: [...problems, ...reader.problems] };
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
  private readonly lines: readonly string[];
  private readonly place: (offset: number) => Position;
  private readonly tell: (offset: number, problem: Omit<Problem, 'at' | 'excerpt'>) => Problem;
  private nodes = 0;

  constructor(
    document: Document,
    lines: readonly string[],
    place: (offset: number) => Position,
    tell: (offset: number, problem: Omit<Problem, 'at' | 'excerpt'>) => Problem,
  ) {
    this.document = document;
    this.lines = lines;
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
      const at = path + toPointer(key);
      if (key === '__proto__') {
        this.complain(keyNode, { code: 'yaml.key', message: '"__proto__" cannot be a key', fix: 'rename it' });
        continue;
      }
      this.places[at] ??= this.place(keyNode.range?.[0] ?? 0);
      this.checkSpaces(keyNode, pair.value as Node | null, node.flow === true);
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
        const at = path + toPointer(i);
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

  /** What YAML reads as a text or as a key, and people mean as a map or as a list. */
  private checkSpaces(key: ScalarNode, value: Node | null, isFlow: boolean): void {
    if (this.problems.some(({ code }) => code === NO_SPACE.code)) return;
    const isKey = isFlow && value === null && key.type === 'PLAIN' && lacksSpace([String(key.value)]);
    if (isKey) this.complain(key, NO_SPACE);
    if (!isScalar(value) || value.type !== 'PLAIN') return;
    const [from, to] = [value.range?.[0] ?? 0, value.range?.[1] ?? 0].map((offset) => this.place(offset).line);
    const isBelow = from !== undefined && from > this.place(key.range?.[0] ?? 0).line;
    if (isBelow && lacksSpace(this.lines.slice(from - 1, to))) this.complain(value, NO_SPACE);
  }

  private checkTag(node: Node): void {
    const tag = node.tag;
    if (tag === undefined || tag === 'tag:yaml.org,2002:str') return;
    this.complain(node, {
      code: 'yaml.tag',
      message: `the tag ${tag.replace('tag:yaml.org,2002:', '!!')} has no meaning here`,
      fix: 'take it out, or put quotes around the value if it is text',
    });
  }
}

/** `key:value` in each line, or `-item` in several. */
function lacksSpace(lines: readonly string[]): boolean {
  const isList = lines.length > 1 && lines.every((line) => /^\s*-[^\s-]/.test(line));
  return isList || lines.every((line) => /^\s*[A-Za-z_][\w.-]*:(?!\/\/)[^\s:]/.test(line));
}

const NO_SPACE: Omit<Problem, 'at' | 'excerpt'> = {
  code: 'yaml.space',
  message: 'A space is missing after a colon or a -',
  why: 'YAML reads this as one text; put quotes around it if it is one',
  fix: 'write "key: value", or "- item"',
};

const TOO_LARGE: Omit<Problem, 'at' | 'excerpt'> = {
  code: 'yaml.too_large',
  message: 'the file grows beyond 100,000 values, or is nested more than 100 deep',
  why: 'aliases that contain aliases multiply, and one that contains itself never ends',
};
