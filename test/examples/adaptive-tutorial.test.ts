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
      const [, planned, , decisions, listed = '', compared = ''] = shown;
      expect(planned).toContain('1, 3 of 9 steps');
      expect(decisions).toMatch(/rung [13]: 0\.\d+, \d+(st|nd|rd|th) of \d+, the first/);
      expect(listed).toMatch(/\tstopped\t/);
      const [, parameters, deviation] = /^(\S+\t\S+)\t3\t0\.9\d+( ± .+)?$/m.exec(compared) ?? [];
      const repeated = listed.split('\n').filter((line) => line.includes(`\tcompleted\t${parameters}\t`));
      expect(repeated, listed + compared).toHaveLength(3);
      // Only if all three seeds have the same accuracy, there is no deviation to show.
      const accuracies = new Set(repeated.map((line) => line.split('\t').at(-1)));
      expect(deviation === undefined, listed + compared).toBe(accuracies.size === 1);
      const status = await folder.run(['sheaf', 'status', '--sweep', 'tuned', '--json'], { cwd: 'digits' });
      const { data } = JSON.parse(status.stdout) as { data: { experiments: { status: string }[] } };
      // Two more members were proposed. If one of them is the new best, it is repeated, too.
      const again = await folder.run(['bash', '-euc', blocks[5] ?? ''], { cwd: 'digits' });
      const winners = [...again.stdout.matchAll(/^\S+\t\S+\t3\t/gm)].length;
      expect([1, 2], again.stdout).toContain(winners);
      expect(data.experiments.length, again.stdout).toBe(12 + 2 + 2 * winners);
      expect(data.experiments.map((each) => each.status)).not.toContain('failed');
    },
    1_200_000,
  );
});
