import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Part of the last line, and of no other one. */
export const LAST_LINE = 'illegal memory access';

/** Writes a log of training steps of this size, whose last line is the only one of its kind. @param folder of the attempt */
export function writeLog(folder: string, bytes: number): void {
  mkdirSync(folder, { recursive: true });
  const fd = openSync(join(folder, 'out.log'), 'w');
  for (let [step, done] = [0, 0]; done < bytes;) {
    const lines = Array.from({ length: 10_000 }, () => {
      step += 1;
      return `2026-11-30 12:00:00,123 INFO step ${step} loss ${(1 / step).toFixed(6)} lr 0.0003 ▏▎▍ 12.3 it/s\n`;
    });
    done += writeSync(fd, lines.join(''));
  }
  writeSync(fd, `RuntimeError: CUDA error: an ${LAST_LINE} was encountered\n`);
  closeSync(fd);
}
