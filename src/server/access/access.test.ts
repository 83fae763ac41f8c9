import { expect, test } from 'vitest';
import { Access } from './access.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

test('a link opens nothing after five minutes', () => {
  let now = 0;
  const access = new Access('here', () => now);
  const [early, late] = [access.makeCode(), access.makeCode()];
  now = 5 * MINUTE - 1;
  expect(access.login(early)).toBeDefined();
  now = 5 * MINUTE;
  expect(access.login(late)).toBeUndefined();
});

test('a session ends after 12 hours without use, and goes on as long as it is used', () => {
  let now = 0;
  const access = new Access('here', () => now);
  const { cookie = '', token = '' } = access.login(access.makeCode()) ?? {};
  for (const hours of [11, 22, 33]) {
    now = hours * HOUR;
    expect(access.findSession(`other=1; ${cookie}`, token)).toBeDefined();
  }
  now = 45 * HOUR;
  expect(access.findSession(cookie, token)).toBeUndefined();
});

test('ten wrong codes are suspicious for a minute', () => {
  let now = 0;
  const access = new Access('here', () => now);
  for (let i = 0; i < 9; i += 1) access.login('wrong');
  expect(access.isSuspicious()).toBe(false);
  access.login('wrong');
  expect(access.isSuspicious()).toBe(true);
  now = MINUTE;
  expect(access.isSuspicious()).toBe(false);
});
