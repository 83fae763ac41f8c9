import { serveProject } from '../../../server/index.ts';
import type { Command } from '../../shell/command.ts';

export const command: Command = {
  name: 'serve',
  summary: 'Open the dashboard in a browser',
  examples: [['sheaf serve']],
  flags: [{ name: 'port', value: 'N', help: 'Listen on this port (default: one that is free)' }],
  run: async (args, session) => {
    const manager = await session.open();
    const server = await serveProject(manager, { port: args.count('port', 0) });
    session.say(`http://127.0.0.1:${server.port}/`);
    await new Promise((resolve) => session.signal.addEventListener('abort', resolve, { once: true }));
    await server.close();
    return { data: { url: `http://127.0.0.1:${server.port}/` }, text: () => '' };
  },
};
