import type { ExperimentManager, OpenedFile } from '../../app/index.ts';
import type { ServedAnswer } from '../../system/index.ts';
import type { Tickets } from '../calls/tickets.ts';
import { answerProblem, answerWith } from './answers.ts';

/**
 * Sends a file that someone else's program may have written: as bytes to be saved, whatever it is called, and without
 * any rights even if a browser shows it.
 *
 * @throws SheafError `files.*` if the file can no longer be opened
 */
export async function answerDownload(
  ticket: string,
  { tickets, manager }: { readonly tickets: Tickets; readonly manager: ExperimentManager },
): Promise<ServedAnswer> {
  const place = tickets.take(ticket);
  if (place === undefined) {
    return answerProblem(404, {
      code: 'files.ticket',
      message: 'this download has begun before, or was not begun within a minute',
      fix: 'download the file again from its page',
    });
  }
  const file = await manager.openFile(place.id, place.path);
  const headers = {
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename="${toPlainName(file.name)}"; filename*=UTF-8''${encodeName(file.name)}`,
    'content-security-policy': 'sandbox',
    'content-length': String(file.bytes),
  };
  return answerWith(200, headers, sendWhole(file));
}

/** @throws Error if the file has been cut since: the connection then ends, and the browser says that the file is not whole */
async function* sendWhole(file: OpenedFile): AsyncGenerator<Uint8Array> {
  using opened = file;
  let sent = 0;
  for await (const piece of opened.pieces()) {
    sent += piece.length;
    yield piece;
  }
  if (sent < opened.bytes) throw new Error(`${opened.name} has been cut`);
}

function toPlainName(name: string): string {
  return name.replace(/[^\w.-]/g, '_');
}

/** As RFC 8187 has it: `encodeURIComponent` leaves some characters that it does not allow. */
function encodeName(name: string): string {
  return encodeURIComponent(name).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
