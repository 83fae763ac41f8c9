import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Action, Api, CallName } from '../../src/server/index.ts';
import { makeServerProject, type Reply, type ServerProject, type Serving, type SessionHeaders } from './dashboard.ts';
import { until } from './until.ts';

/** A project whose server may act, and what a page of it asks. */
export interface ActingServer {
  readonly project: ServerProject;
  /** The server of now. */
  readonly server: () => Serving;
  /** Starts the server, also again, and logs in. */
  readonly serve: () => Promise<void>;
  readonly send: (name: string, body: object) => Promise<Reply>;
  /** @throws Error if the server refuses */
  readonly ask: <N extends CallName>(name: N, request: Api[N]['request']) => Promise<Api[N]['answer']>;
  /** Plans an action and does it. @returns what was done @throws Error if it was not */
  readonly carryOut: (action: Action) => Promise<string>;
  /** Makes an experiment of the template `job` in a shell. */
  readonly create: (id: string, ...words: readonly string[]) => void;
  readonly show: (id: string) => Promise<Api['show']['answer']>;
  /** Awaits a status. */
  readonly reach: (id: string, status: string) => Promise<void>;
  /** Events of what was done; what the server saw of jobs does not count. */
  readonly countActs: () => number;
  /** Ends all jobs and the server. */
  readonly end: () => Promise<void>;
}

/** @param template of the experiments, `job` */
export async function openActingServer(template: string): Promise<ActingServer> {
  const project = makeServerProject();
  writeFileSync(join(project.root, 'templates/job.yaml'), template);
  let server: Serving | undefined;
  let session: SessionHeaders | undefined;
  const getServer = (): Serving => {
    if (server === undefined) throw new Error('no server runs');
    return server;
  };
  const acting: ActingServer = {
    project,
    server: getServer,
    serve: async () => {
      server = await project.serve(['--actions']);
      session = await server.logIn();
    },
    send: (name, body) => getServer().send({ path: `/api/${name}`, headers: session ?? {}, body }),
    ask: async <N extends CallName>(name: N, request: Api[N]['request']) => {
      const { status, text } = await acting.send(name, request);
      if (status !== 200) throw new Error(`${status} ${text}`);
      return JSON.parse(text) as Api[N]['answer'];
    },
    carryOut: async (action) => {
      const answer = await acting.ask('act', { plan: (await acting.ask('plan', { action })).id, action });
      if (answer.kind !== 'done') throw new Error(JSON.stringify(answer));
      return answer.outcome.title;
    },
    create: (id, ...words) => {
      const { status, stderr } = project.sheaf('new', '--template', 'job', '--exp-id', id, ...words);
      if (status !== 0) throw new Error(stderr);
    },
    show: (id) => acting.ask('show', { id, events: true }),
    reach: (id, status) =>
      until(
        async () => {
          // The server looks at jobs while a page asks.
          await acting.ask('changes', { since: 0 });
          return (await acting.show(id)).status === status;
        },
        () => `${id} to be ${status}`,
      ).then(() => undefined),
    countActs: () =>
      readdirSync(join(project.root, '.sheaf/journal'))
        .flatMap((name) => readFileSync(join(project.root, '.sheaf/journal', name), 'utf8').split('\n'))
        .filter((line) => line !== '' && !/"type":"(?:state|journal)"/.test(line)).length,
    end: async () => {
      project.sheaf('cancel', '--where', 'status in (queued, running)', '--yes');
      await project.remove();
    },
  };
  await acting.serve();
  return acting;
}

/** The experiments of an action by name. */
export const on = (...ids: readonly string[]): { readonly which: { readonly ids: readonly string[] } } => ({
  which: { ids },
});
