import type { WordsRole } from './quote.ts';

/** Where in a script a value is to be inserted. */
export type InsertionPoint =
  | {
      readonly kind: 'bare';
      /** It may stand without quotes when its characters are harmless. */
      readonly mayBePlain: boolean;
      /** Which kinds of several words are allowed here. */
      readonly takes: readonly WordsRole[];
    }
  | { readonly kind: 'single' }
  /** In a line of `#SBATCH`. */
  | { readonly kind: 'directive' }
  | {
      readonly kind: 'double';
      /** It follows `$name`, which letters would make longer. */
      readonly afterName: boolean;
    }
  | { readonly kind: 'refused'; readonly where: string };

/** Something that is opened and never closed. */
export interface Unclosed {
  readonly offset: number;
  readonly what: string;
}

interface HereDocument {
  readonly end: string;
  readonly stripTabs: boolean;
  readonly quoted: boolean;
}

/** What a list of commands ended with. */
export type Ending = 'end' | ')' | ';;' | 'esac';
export type Closer = 'end' | ')' | 'case';

/** The simple command that is being read. */
export interface CommandState {
  /** `start`: keywords count; `prefix`: after an assignment or redirection; `args`: after the name. */
  position: 'start' | 'prefix' | 'args';
  /** The words so far, as text, without redirections. */
  readonly words: string[];
}

/** A word that is being read. */
export interface Word {
  readonly command: CommandState;
  readonly role: 'argument' | 'redirect' | 'array' | 'condition' | 'other';
  /** What it says so far, quotes removed; `$name` for a variable, nothing for a value. */
  literal: string;
  /** No quotes, expansions or values so far. */
  plain: boolean;
  /** `name=…` */
  assigns: boolean;
}

/**
 * A script on its way to be read, with marks where values will stand. A mark is one character that is no
 * part of the script; what will replace it can therefore not change how the rest is read.
 */
export class ScriptCursor {
  readonly text: string;
  at = 0;
  /** One for each mark, in order. */
  readonly places: InsertionPoint[] = [];
  /** Here-documents whose text begins on the next line. */
  readonly hereDocuments: HereDocument[] = [];
  unclosed: Unclosed | undefined;
  /** Where the shell replaces something that begins with `$`, in order; here-documents are not looked at. */
  readonly expansions: number[] = [];
  /** Whether lines of `#SBATCH` are read by sbatch; otherwise they are comments like others. */
  readsDirectives = false;
  /** How many `$( … )` are open. */
  substitutions = 0;
  /** Reads commands to the end, or to what closes them: words contain commands, and commands words. */
  readonly readCommands: (closer: Closer) => Ending;
  private readonly marks: ReadonlySet<number>;
  private forbidden: string | undefined;
  private lost: string | undefined;

  constructor(text: string, marks: ReadonlySet<number>, read: (cursor: ScriptCursor, closer: Closer) => Ending) {
    this.text = text;
    this.marks = marks;
    this.readCommands = (closer) => read(this, closer);
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  get char(): string {
    return this.text[this.at] ?? '';
  }

  get isMark(): boolean {
    return this.marks.has(this.at);
  }

  /** Whether the script goes on with `text` here. */
  sees(text: string): boolean {
    if (!this.text.startsWith(text, this.at)) return false;
    for (let i = 0; i < text.length; i += 1) if (this.marks.has(this.at + i)) return false;
    return true;
  }

  /** Steps over the mark under the cursor. */
  put(place: InsertionPoint): void {
    const where = this.forbidden ?? this.lost;
    this.places.push(where === undefined ? place : { kind: 'refused', where });
    this.at += 1;
  }

  refuse(where: string): void {
    this.put({ kind: 'refused', where });
  }

  /** No value is allowed in what `read` reads. */
  forbid(where: string, read: () => void): void {
    const before = this.forbidden;
    this.forbidden ??= where;
    read();
    this.forbidden = before;
  }

  /** The script is beyond us from here on: no value may follow. */
  lose(after: string): void {
    this.lost ??= `after ${after}, which sheaf cannot read for certain`;
  }

  /** Reads to the closing text. @param offset where it was opened */
  until(closing: string, what: string, offset: number, step: () => void): void {
    while (!this.done) {
      if (!this.isMark && this.sees(closing)) {
        this.at += closing.length;
        return;
      }
      step();
    }
    this.unclosed ??= { offset, what };
  }

  /** Over a backslash and what it protects. */
  escape(): void {
    this.at += 1;
    if (this.isMark) this.refuse('directly after a backslash');
    else this.at += 1;
  }
}
