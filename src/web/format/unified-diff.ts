/** A line of a unified diff. */
export interface PatchLine {
  readonly kind: 'same' | 'added' | 'removed' | 'place' | 'about';
  readonly text: string;
}

/** The changes of one file. */
export interface FilePatch {
  /** The name after the change; of a file that was removed, before it. */
  readonly path: string;
  /** `new`, `removed`, `renamed from train.py`; empty for a file that changed. */
  readonly note: string;
  readonly added: number;
  readonly removed: number;
  readonly lines: readonly PatchLine[];
}

/** Takes the unified diff of git apart, by files. Any other text gives nothing. */
export function parseUnifiedDiff(diff: string): FilePatch[] {
  const parts = diff.split(/^(?=diff --git )/m).filter((part) => part.startsWith('diff --git '));
  return parts.map(parseFile);
}

function parseFile(part: string): FilePatch {
  const [first = '', ...rest] = part.replace(/\n$/, '').split('\n');
  const start = rest.findIndex((line) => line.startsWith('@@'));
  const head = start < 0 ? rest : rest.slice(0, start);
  const lines = start < 0 ? [] : rest.slice(start).map(toPatchLine);
  const about = head
    .filter((line) => line.startsWith('Binary files'))
    .map((text): PatchLine => ({ kind: 'about', text }));
  return {
    path: pathOf(first, head),
    note: noteOf(head),
    added: lines.filter(({ kind }) => kind === 'added').length,
    removed: lines.filter(({ kind }) => kind === 'removed').length,
    lines: [...about, ...lines],
  };
}

function pathOf(first: string, head: readonly string[]): string {
  const named = (start: string): string | undefined => head.find((line) => line.startsWith(start))?.slice(start.length);
  const plain = named('+++ b/') ?? named('rename to ') ?? named('--- a/');
  return plain?.replace(/\t$/, '') ?? first.slice('diff --git '.length).replace(/^a\/.* b\//, '');
}

function noteOf(head: readonly string[]): string {
  if (head.some((line) => line.startsWith('new file'))) return 'new';
  if (head.some((line) => line.startsWith('deleted file'))) return 'removed';
  const from = head.find((line) => line.startsWith('rename from '));
  if (from !== undefined) return `renamed from ${from.slice('rename from '.length)}`;
  return head.some((line) => line.startsWith('old mode')) ? 'other permissions' : '';
}

const KINDS: { readonly [sign: string]: PatchLine['kind'] } = {
  '+': 'added',
  '-': 'removed',
  '@': 'place',
  '\\': 'about',
};

function toPatchLine(text: string): PatchLine {
  return { kind: KINDS[text.charAt(0)] ?? 'same', text };
}
