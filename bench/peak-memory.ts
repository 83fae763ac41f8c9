/** `node peak-memory.ts CWD PROGRAM ARG…`: runs it and prints its peak memory, `{"mib": …}`, sampled every 5 ms. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

const [cwd = '.', program = '', ...args] = process.argv.slice(2);
const child = spawn(program, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
let peakKiB = 0;
const timer = setInterval(() => {
  try {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    peakKiB = Math.max(peakKiB, Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0));
  } catch {
    clearInterval(timer);
  }
}, 5);
child.on('close', (code) => {
  clearInterval(timer);
  process.stdout.write(JSON.stringify({ mib: peakKiB / 1024 }));
  process.exitCode = code ?? 1;
});
