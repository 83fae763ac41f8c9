import { describe, expect, it } from 'vitest';
import { buildLayerTree, makePlacelessLayer } from './config.ts';
import { integrations as kind } from './integration-settings.ts';
import type { Problem } from '../errors.ts';
import type { Integrations } from '../settings/integrations.ts';
import type { Value } from '../value.ts';

function read(value: Value): { integrations: Integrations | undefined; problems: Problem[] } {
  const problems: Problem[] = [];
  const tree = buildLayerTree(makePlacelessLayer('t', { integrations: value }), true).children.get('integrations');
  return { integrations: tree && kind.read(tree, 'integrations', problems), problems };
}

describe('the trackers of a project', () => {
  it('true is a tracker with its defaults, false is no tracker', () => {
    expect(read({ mlflow: true, wandb: true, tensorboard: true })).toEqual({
      integrations: {
        mlflow: { artifacts: [], env: false },
        wandb: { tags: [] },
        tensorboard: { env: true, command: ['tensorboard'] },
      },
      problems: [],
    });
    expect(read({ mlflow: false, tensorboard: false })).toEqual({ integrations: {}, problems: [] });
    expect(read({ wandb: {} }).integrations).toEqual({ wandb: { tags: [] } });
  });

  it('a map says more', () => {
    const { integrations, problems } = read({
      mlflow: { tracking_uri: 'https://mlflow.example:5000/base', experiment: 'vision', artifacts: 'results.json' },
      wandb: { project: 'vision', entity: 'team', mode: 'offline', group: 'lrs', tags: ['a', 'b c'] },
      tensorboard: { command: ['python3', '-m', 'tensorboard.main'], env: false },
    });
    expect(problems).toEqual([]);
    expect(integrations).toEqual({
      mlflow: {
        trackingUri: 'https://mlflow.example:5000/base',
        experiment: 'vision',
        artifacts: ['results.json'],
        env: false,
      },
      wandb: { project: 'vision', entity: 'team', mode: 'offline', group: 'lrs', tags: ['a', 'b c'] },
      tensorboard: { command: ['python3', '-m', 'tensorboard.main'], env: false },
    });
  });

  it.each<[Value, string, string]>([
    [{ comet: true }, 'config.key.unknown', 'there is no key "comet" in integrations'],
    ['wandb', 'config.type', 'integrations must be a map'],
    [{ wandb: 'vision' }, 'config.type', 'integrations.wandb must be true, false or a map'],
    [{ wandb: { mode: 'of' } }, 'config.type', 'integrations.wandb.mode must be one of online, offline, disabled'],
    [{ wandb: { tags: ['a,b'] } }, 'config.type', 'integrations.wandb.tags must be a list of tags'],
    [{ wandb: { tags: ['x'.repeat(65)] } }, 'config.type', 'integrations.wandb.tags must be a list of tags'],
    [{ mlflow: { tracking_uri: 'sqlite:///m.db' } }, 'config.type', 'integrations.mlflow.tracking_uri must be'],
    [{ mlflow: { artifacts: ['../x'] } }, 'config.type', 'integrations.mlflow.artifacts must be a pattern'],
    [{ mlflow: { artifacts: ['/etc/*'] } }, 'config.type', 'integrations.mlflow.artifacts must be a pattern'],
    [{ tensorboard: { port: 6006 } }, 'config.key.unknown', 'there is no key "port" in integrations.tensorboard'],
  ])('%j is refused: %s', (value, code, message) => {
    const { problems } = read(value);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.code).toBe(code);
    expect(problems[0]?.message).toContain(message);
  });

  it('credentials in the address of a server are refused, and not repeated', () => {
    const { integrations, problems } = read({ mlflow: { tracking_uri: 'http://ann:hunter2@host:5000' } });
    expect(problems.map(({ code }) => code)).toEqual(['environment.secret']);
    expect(integrations?.mlflow?.trackingUri).toBeUndefined();
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });
});
