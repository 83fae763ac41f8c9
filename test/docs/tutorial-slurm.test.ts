import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { filesOf, followPage } from '../support/follow-page.ts';
import { describeSlurm, disposableCluster, userFolder } from '../support/slurm.ts';

const tutorials: string = join(import.meta.dirname, '../../docs/tutorial');

function readPage(name: string): string {
  return readFileSync(join(tutorials, `${name}.md`), 'utf8');
}

describeSlurm('tutorial/on-slurm.md', () => {
  test('every command runs as pasted by an ordinary user, and shows what the page says', async () => {
    // The page shows what is free: nobody else may use the cluster.
    const cluster = await disposableCluster();
    // What the first run leaves; the last text of a file counts.
    const files = Object.fromEntries(filesOf(readPage('first-run')).map(({ path, text }) => [`line/${path}`, text]));
    const user = userFolder(cluster, 'sheaf1', files);
    onTestFinished(async () => {
      await user.sheaf(['cancel', '--where', 'status in (queued, running)', '--yes'], { cwd: 'line' });
    });
    const line = await followPage(readPage('on-slurm'), { cwd: user.path, env: user.env, become: user.become });
    expect(readFileSync(join(line, 'sheaf.yaml'), 'utf8')).toContain('scheduler: slurm\n');
  });
});
