import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** When an attempt ran, by the records of its job, milliseconds since 1970. */
export interface JobSpan {
  readonly startMs: number;
  readonly endMs: number;
}

/** The attempts of a project that ran. One whose job left no end runs for ever. */
export function readSpans(root: string): JobSpan[] {
  const starts = globSync('experiments/*/attempts/*/started.json', { cwd: root });
  return starts.map((start) => {
    const end = join(start, '../ended.json');
    return {
      startMs: readTime(join(root, start), 'started_at'),
      endMs: existsSync(join(root, end)) ? readTime(join(root, end), 'ended_at') : Infinity,
    };
  });
}

function readTime(path: string, field: string): number {
  return Date.parse(String((JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>)[field]));
}

/** The most attempts that ran at once. */
export function countAtOnce(spans: readonly JobSpan[]): number {
  return Math.max(
    0,
    ...spans.map(({ startMs: at }) => spans.filter(({ startMs, endMs }) => startMs <= at && at < endMs).length),
  );
}
