/** Long fault campaigns: every command, every fault, every effect. `npm run soak [-- submit]` takes those whose name has the word. */
import { campaign, FAULTS, SCENARIOS } from '../crash/campaign.ts';
import { LOCAL_CAMPAIGNS } from './local-scheduler.ts';

const word = process.argv[2] ?? '';
let failed = 0;

function tell(name: string, crashes: number, failures: readonly string[]): void {
  failed += failures.length;
  process.stdout.write(`${failures.length === 0 ? 'ok  ' : 'FAIL'}  ${name}: ${crashes} crashes\n`);
  for (const failure of failures) process.stdout.write(`      ${failure}\n`);
}

for (const scenario of SCENARIOS.filter(({ name }) => name.includes(word))) {
  for (const kind of FAULTS) {
    const { crashes, failures } = campaign(scenario, kind);
    tell(`${scenario.name}, ${kind}`, crashes, failures);
  }
}
for (const { name, run } of LOCAL_CAMPAIGNS.filter((local) => local.name.includes(word))) {
  const { struck, failures } = await run();
  tell(name, struck, failures);
}
process.exitCode = failed === 0 ? 0 : 1;
