import { expect, onTestFinished, test } from 'vitest';
import { readmeBlocks } from '../support/readme.ts';
import { describeSlurm, userFolder } from '../support/slurm.ts';

/** A file that README.md makes. */
function readmeFile(path: string): string {
  const blocks = readmeBlocks().map(({ commands }) => commands);
  const [, text = ''] = new RegExp(`^cat > ${path} <<'END'\\n([^]*?)^END$`, 'm').exec(blocks.join('')) ?? [];
  expect(text).not.toBe('');
  return text;
}

describeSlurm('README.md', (cluster) => {
  test('the block for a cluster runs a sweep to its table as an ordinary user', async () => {
    const user = userFolder(cluster, 'sheaf1', {
      '../home/vision/train.py': readmeFile('train.py'),
      '../home/vision/templates/line.yaml': readmeFile('templates/line.yaml'),
    });
    onTestFinished(async () => {
      await user.sheaf(['cancel', '--where', 'status in (queued, running)', '--yes'], { cwd: '../home/vision' });
    });
    const blocks = readmeBlocks().filter(({ on }) => on === 'slurm');
    expect(blocks).toHaveLength(1);
    for (const { commands } of blocks) {
      const ran = await user.run(['bash', '-euc', commands], { cwd: '../home' });
      expect(ran, ran.stderr).toMatchObject({ exitCode: 0 });
      expect(ran.stdout).toMatch(/^0\.1\t3\t1\.09 ± 0\.46/m);
    }
  });
});
