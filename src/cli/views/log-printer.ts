import { paint, type LogChunk } from '../../app/index.ts';
import type { Session } from '../shell/session.ts';

/**
 * Prints pieces of logs. Each line has a label if lines of other logs may come between: the experiment if there are several,
 * and `stderr`.
 *
 * @param isLabelled there are several experiments
 */
export function openLogPrinter(
  { out, stderr, say, globals }: Session,
  { isLabelled = false }: { readonly isLabelled?: boolean } = {},
): (chunk: LogChunk) => void {
  const decoders = new Map<string, InstanceType<typeof TextDecoder>>();
  /** Whose text ended in the middle of a line, and whether only its beginning can be seen. */
  let open: { readonly source: string; readonly atStart: boolean } | undefined;

  const endLine = (): void => {
    if (open !== undefined) out.write('\n');
    open = undefined;
  };
  const printLabelled = (source: string, label: string, bytes: Uint8Array): void => {
    const decoder = decoders.get(source) ?? new TextDecoder();
    decoders.set(source, decoder);
    if (open !== undefined && open.source !== source) endLine();
    let line = '';
    for (const part of decoder.decode(bytes, { stream: true }).split(/(?<=[\n\r])/)) {
      const atStart = open === undefined || open.atStart;
      line += atStart && !/^[\n\r]$/.test(part) ? label + part : part;
      open = part.endsWith('\n') ? undefined : { source, atStart: part.endsWith('\r') };
    }
    out.write(line);
  };

  return (chunk) => {
    const { expId = '', stream } = chunk;
    const source = `${expId} ${stream ?? ''}`;
    const color = out.screen.color;
    if (chunk.kind === 'mark') {
      const isPart = chunk.begins === true && (isLabelled || stream !== undefined);
      if (isPart || (out.screen.tty && !globals.quiet)) endLine();
      const text = `── ${[isLabelled && expId, chunk.text].filter(Boolean).join(' · ')} ──`;
      if (isPart) out.write(`${paint(text, 'aside', color)}\n`);
      else say(paint(text, 'aside', stderr.screen.color));
      return;
    }
    if (chunk.isMixed === true) {
      const label = [isLabelled && expId, stream === 'stderr' && stream].filter(Boolean).join(' ');
      printLabelled(source, label === '' ? '' : paint(`${label} │ `, 'aside', color), chunk.bytes);
    } else {
      out.writeBytes(chunk.bytes);
      open = chunk.bytes.at(-1) === NEWLINE ? undefined : { source, atStart: false };
    }
  };
}

const NEWLINE = 10;
