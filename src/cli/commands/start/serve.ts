import { resolve } from 'node:path';
import { loadWholeProgram, type ExperimentManager } from '../../../app/index.ts';
import { failure, inputError } from '../../../core/errors.ts';
import { serveJson } from '../../../json/index.ts';
import { askServer, openLink, serveProject, type RunningServer } from '../../../server/index.ts';
import type { Args } from '../../flags/args.ts';
import type { Answer } from '../../shell/answer.ts';
import type { Command } from '../../shell/command.ts';
import type { Session } from '../../shell/session.ts';
import { count } from '../../shell/words.ts';
import { serveText } from '../../views/serve-text.ts';

/** What is done to a server that runs already, one at a time. */
const ASKED = ['link', 'revoke', 'stop'] as const;

export const command: Command = {
  name: 'serve',
  summary: 'Open the dashboard in a browser',
  examples: [
    ['sheaf serve'],
    ['sheaf serve --actions', 'pages may also tag, cancel, retry and submit'],
    ['sheaf serve --socket ~/.sheaf-serve/socket', 'on a Unix socket, which no other account can reach'],
    ['sheaf serve --link', 'print a new link to the server that is running'],
    ['sheaf serve --stop'],
  ],
  flags: [
    { name: 'port', value: 'N', help: 'Listen on this port (default: one that is free)' },
    { name: 'socket', value: 'PATH', help: 'Listen on a Unix socket instead of a port', offers: 'file' },
    { name: 'actions', help: 'Let pages act: tag, cancel, retry, submit (default: they only look)' },
    { name: 'open', help: 'Open the link in the browser of this machine' },
    { name: 'keep', help: 'Go on without a browser (default: end after 8 hours without one)' },
    { name: 'link', help: 'Print a new link to the server that is running', heading: 'For a server that is running' },
    { name: 'revoke', help: 'End all its sessions and links', heading: 'For a server that is running' },
    { name: 'stop', help: 'End it', heading: 'For a server that is running' },
    {
      name: 'base-path',
      value: 'PATH',
      help: 'The prefix that a proxy leaves in front of each path',
      heading: 'Behind a proxy',
    },
    {
      name: 'allow-host',
      value: 'NAME',
      many: 'repeat',
      help: 'Also answer to this host name',
      heading: 'Behind a proxy',
    },
    { name: 'bind', value: 'ADDRESS', help: 'Listen on this address (default: 127.0.0.1)', heading: 'Behind a proxy' },
    {
      name: 'peer',
      value: 'WHO',
      choices: ['same', 'any'],
      help: 'Accept connections of your own account alone (same, the default), or of any account and machine',
      heading: 'Behind a proxy',
    },
  ],
  notes: [
    'The dashboard looks and records what it sees, as sheaf status does; without --actions it changes no job. See docs/how-to/dashboard/dashboard.md.',
    'One server runs for each project and machine: if there is one, sheaf serve prints a new link to it.',
  ],
  run: async (args, session) => {
    refuseTogether(args);
    const manager = await session.open({ staysOpen: true });
    const asked = ASKED.find((name) => args.has(name));
    if (asked === 'revoke' || asked === 'stop') return control(manager, asked);
    const running = await askServer(manager, 'link');
    if (running !== undefined && args.has('actions') && !running.acts) throw onlyLooks();
    if (running !== undefined) return runningAnswer(running, session);
    if (asked === 'link') throw notRunning();
    return serve(manager, args, session);
  },
};

/** @throws SheafError `serve.flags` */
function refuseTogether(args: Args): void {
  const clashes: readonly (readonly string[])[] = [ASKED, ['socket', 'port'], ['socket', 'bind']];
  for (const names of clashes) {
    const given = names.filter((name) => args.has(name)).map((name) => `--${name}`);
    if (given.length < 2) continue;
    throw inputError('serve.flags', `${given.join(' and ')} cannot be used together`, { fix: `leave out ${given[1]}` });
  }
}

async function control(manager: ExperimentManager, what: 'revoke' | 'stop'): Promise<Answer> {
  if (what === 'stop') {
    const { pid } = (await askServer(manager, 'stop')) ?? throwNotRunning();
    return { data: { stopped_pid: pid }, text: () => `Stopped the server (process ${pid}).\n` };
  }
  const { sessions } = (await askServer(manager, 'revoke')) ?? throwNotRunning();
  return {
    data: { revoked_sessions: sessions },
    text: () => `Ended ${count(sessions, 'session')} and all links.\n`,
    next: ['sheaf serve --link'],
  };
}

function throwNotRunning(): never {
  throw notRunning();
}

function notRunning(): ReturnType<typeof failure> {
  return failure('serve.none', 'no dashboard of this project is being served on this machine', { fix: 'sheaf serve' });
}

function onlyLooks(): ReturnType<typeof failure> {
  return failure('serve.actions', 'the server that is running only looks', {
    why: 'a server that was started without --actions never acts',
    now: 'it goes on as before',
    fix: 'sheaf serve --stop\nsheaf serve --actions',
  });
}

function runningAnswer(server: RunningServer, { env }: Session): Answer {
  return { data: serveJson(server), text: () => serveText(server, env), isForPasting: true };
}

async function serve(manager: ExperimentManager, args: Args, session: Session): Promise<Answer> {
  const socket = args.text('socket');
  const served = await serveProject(manager, {
    port: args.count('port', 0) ?? 0,
    socket: socket === undefined ? undefined : resolve(socket),
    bind: args.text('bind'),
    basePath: args.text('base-path'),
    allowHosts: args.texts('allow-host'),
    peers: args.text('peer') === 'any' ? 'any' : 'same',
    actions: args.has('actions'),
    keep: args.has('keep'),
  });
  let forget: (() => void) | undefined;
  try {
    session.tell(runningAnswer(served.server, session));
    loadWholeProgram();
    if (args.has('open')) {
      forget = openLink(manager, served.server.link, session.env);
      if (forget === undefined) session.say('There is no xdg-open on this machine: open the link yourself');
    }
    await Promise.race([served.ended, aborted(session.signal)]);
  } finally {
    forget?.();
    await served.close();
  }
  return { exitCode: 0 };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
