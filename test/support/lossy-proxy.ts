/** A way to a server on which answers get lost: the request is done, and the client never gets the answer. */
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/**
 * @param isLost whether the answer to this request is lost
 * @returns its address
 */
export async function lossyProxy(uri: string, isLost: (asked: IncomingMessage) => boolean): Promise<string> {
  const proxy = createServer((asked, answer) => {
    const lost = isLost(asked);
    const { method = 'GET', headers } = asked;
    const forward = request(`${uri}${asked.url}`, { method, headers }, (real) => {
      if (lost) return void real.resume().on('end', () => asked.socket.destroy());
      answer.writeHead(real.statusCode ?? 500, real.headers);
      real.pipe(answer);
    });
    asked.pipe(forward);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    proxy.close();
    proxy.closeAllConnections();
  });
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}
