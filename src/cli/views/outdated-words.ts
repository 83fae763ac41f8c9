import { cleanText, type Outdated, type RetryAdvice } from '../../app/index.ts';
import { some } from '../shell/words.ts';

/** `train.py changed since attempt 1` */
export function describeOutdated({ attempt, files, settings }: Outdated): string {
  const names = [...files.map(cleanText), ...settings.map((name) => `${name} in the template`)];
  return `${some(names, 4)} changed since attempt ${attempt}`;
}

/** What a retry without `--fresh` would run. */
export function retryWords({ attempt, files, settings }: Outdated): string {
  const parts = [files.length === 0 ? [] : ['code'], settings.length === 0 ? [] : ['settings']].flat();
  return `the ${parts.join(' and the ')} of attempt ${attempt}`;
}

/** Commands that say why an experiment failed, and the most suitable one to run it again. @param sweep all that failed in it */
export function nextAfterFailure({ expId, fresh }: RetryAdvice, sweep?: string): string[] {
  const which = sweep === undefined ? expId : `--sweep ${sweep}`;
  return [`sheaf show ${expId}`, `sheaf logs ${expId} --err`, `sheaf retry ${which}${fresh ? ' --fresh' : ''}`];
}
