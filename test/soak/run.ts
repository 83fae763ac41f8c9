/**
 * Long fault campaigns: every command, every fault, every effect.
 *
 *     npm run soak [-- [--short] [WORD]]
 *
 * takes those whose name has the word. The short form has all campaigns, with a fifth of the effects and of the kills.
 */
import { campaign, everyNth, FAULTS, SCENARIOS } from '../crash/campaign.ts';
import { LOCAL_CAMPAIGNS } from './local-scheduler.ts';
import { endClusters, SLURM_CAMPAIGNS, whyNoSlurm } from './slurm.ts';

const words = process.argv.slice(2);
const isShort = words.includes('--short');
const word = words.find((each) => each !== '--short') ?? '';
const step = isShort ? 5 : 1;
let [crashed, failed] = [0, 0];

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function tell(name: string, crashes: number, failures: readonly string[], note = ''): void {
  crashed += crashes;
  failed += failures.length;
  say(`${failures.length === 0 ? 'ok  ' : 'FAIL'}  ${name}: ${crashes} crashes${note === '' ? '' : `; ${note}`}`);
  for (const failure of failures) say(`      ${failure}`);
}

for (const scenario of SCENARIOS) {
  for (const kind of FAULTS) {
    const name = `${scenario.name}, ${kind}`;
    if (!name.includes(word)) continue;
    const { crashes, failures } = await campaign(scenario, kind, { pick: everyNth(step) });
    tell(name, crashes, failures);
  }
}
for (const { name, run } of LOCAL_CAMPAIGNS.filter((local) => local.name.includes(word))) {
  const { struck, failures, note } = await run(step);
  tell(name, struck, failures, note);
}

const onSlurm = SLURM_CAMPAIGNS.filter(({ name }) => name.includes(word));
const why = onSlurm.length === 0 ? undefined : whyNoSlurm();
if (why !== undefined) say(`skip  ${onSlurm.length} campaigns on Slurm: ${why}`);
try {
  for (const { name, run } of why === undefined ? onSlurm : []) {
    const { crashes, failures } = await run(step, (text) => say(`      ${text}`));
    tell(name, crashes, failures);
  }
} finally {
  await endClusters();
}
say(`${crashed} crashes, ${failed} failures`);
process.exitCode = failed === 0 ? 0 : 1;
