import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeWithTorch } from '../support/examples-python.ts';
import { testFolder } from '../support/run-sheaf.ts';

const PAGE = join(import.meta.dirname, '../../docs/tutorial/adaptive-sweep.md');

describeWithTorch('image', (_, path) => {
  // Trains for minutes, and so is not in the short check.
  const skipped = process.env['SHEAF_TEST_EXAMPLES'] === 'image';
  test.skipIf(skipped)(
    'the tutorial of adaptive sweeps runs as pasted, and comes to what it says',
    async () => {
      const blocks = [...readFileSync(PAGE, 'utf8').matchAll(/^```bash\n([^]*?)^```$/gm)].map(([, text = '']) => text);
      expect(blocks).toHaveLength(7);
      const folder = testFolder({}, { env: { PATH: path } });
      const [make = '', ...rest] = blocks;
      const shown: string[] = [];
      // The first block goes into the folder that it makes.
      for (const [i, text] of [make, ...rest].entries()) {
        const ran = await folder.run(['bash', '-euc', text], i === 0 ? {} : { cwd: 'digits' });
        expect(ran, `${text}${ran.stdout}${ran.stderr}`).toMatchObject({ exitCode: 0 });
        shown.push(ran.stdout);
      }
      const [, planned, , decisions, listed, compared] = shown;
      expect(planned).toContain('1, 3 of 9 steps');
      expect(decisions).toMatch(/rung [13]: 0\.\d+, \d+(st|nd|rd|th) of \d+, the first/);
      expect(listed).toMatch(/\tstopped\t/);
      // Three seeds may have the same accuracy; then there is no deviation to show.
      expect(compared).toMatch(/^0\.\d+\t0\.\d+\t3\t0\.9\d+( ± |$)/m);
      const status = await folder.run(['sheaf', 'status', '--sweep', 'tuned', '--json'], { cwd: 'digits' });
      const { data } = JSON.parse(status.stdout) as { data: { experiments: { status: string }[] } };
      expect(data.experiments.length).toBe(12 + 2 + 2);
      expect(data.experiments.map((each) => each.status)).not.toContain('failed');
    },
    1_200_000,
  );
});
