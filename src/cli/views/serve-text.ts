import { quoteShellWord } from '../../core/text/bash.ts';
import type { Environment } from '../../core/value.ts';
import { isLoopback, type RunningServer } from '../../server/index.ts';

/** Where a dashboard is served, how one gets there, who else does, and how it ends. */
export function serveText(server: RunningServer, env: Environment): string {
  const { link, port } = server;
  const lines = [
    link,
    '',
    'From your own computer, run this there, then open the link:',
    `  ${tunnelCommand(server, env)}`,
    ...(env['TERM_PROGRAM'] === 'vscode' && port !== undefined
      ? ['In VS Code, Ctrl-click the link: VS Code makes the tunnel.']
      : []),
    ...(isOnDemand(env) && port !== undefined ? onDemandLines(server) : []),
    '',
    'The link works once, for five minutes; sheaf serve --link prints another one.',
    whoText(server),
    ...(server.acts ? ['Pages can act in your name: anyone who has the link can submit and cancel jobs.'] : []),
    'To stop it: Ctrl-C, or sheaf serve --stop.',
  ];
  return `${lines.join('\n')}\n`;
}

/** A login name often leads to one of several nodes: the tunnel needs this one. */
function tunnelCommand({ port, address, socket, url, node }: RunningServer, env: Environment): string {
  const there = socket ?? `${isLoopback(address ?? '') ? address : '127.0.0.1'}:${port}`;
  const words = ['ssh', ...jumpOf(env, node), '-N', '-L', `${new URL(url).port}:${there}`, node];
  return words.map(quoteShellWord).join(' ');
}

/** A node of a job is reached through the one that the job was submitted from. */
function jumpOf({ SLURM_JOB_ID, SLURM_SUBMIT_HOST }: Environment, node: string): string[] {
  const isJob = SLURM_JOB_ID !== undefined && SLURM_SUBMIT_HOST !== undefined && SLURM_SUBMIT_HOST !== node;
  return isJob ? ['-J', SLURM_SUBMIT_HOST] : [];
}

function isOnDemand(env: Environment): boolean {
  return Object.keys(env).some((name) => /^(OOD|ONDEMAND)_/.test(name));
}

/** `rnode` strips its prefix from the path; `node` leaves it (Open OnDemand documentation, "Connection View"). */
function onDemandLines({ port, peers, link, node }: RunningServer): string[] {
  const path = `/rnode/${node}/${port}/${new URL(link).hash}`;
  return [
    `In Open OnDemand, open this path of the portal: ${path}`,
    ...(peers === 'any' ? [] : ['  It connects from another machine: --bind 0.0.0.0 --peer any --allow-host PORTAL']),
  ];
}

function whoText({ socket, address, peers }: RunningServer): string {
  if (socket !== undefined) return 'Who can connect: your account on this machine.';
  const where = isLoopback(address ?? '') ? 'on this machine' : 'on every machine that reaches this address';
  const who = peers === 'same' ? 'your account' : 'every account';
  return `Who can connect: ${who} ${where}; without a link, it sees an empty page.`;
}
