/** Long fault campaigns: every command, every fault, every effect. `npm run soak [-- submit]` takes those whose name has the word. */
import { campaign, FAULTS, SCENARIOS } from '../crash/campaign.ts';

const word = process.argv[2] ?? '';
let failed = 0;
for (const scenario of SCENARIOS.filter(({ name }) => name.includes(word))) {
  for (const kind of FAULTS) {
    const { crashes, failures } = campaign(scenario, kind);
    failed += failures.length;
    process.stdout.write(
      `${failures.length === 0 ? 'ok  ' : 'FAIL'}  ${scenario.name}: ${crashes} crashes by ${kind}\n`,
    );
    for (const failure of failures) process.stdout.write(`      ${failure}\n`);
  }
}
process.exitCode = failed === 0 ? 0 : 1;
