import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithBrowser, findViolations } from '../support/browser.ts';
import { makeServerProject, type ServerProject, type Serving, type SessionHeaders } from '../support/dashboard.ts';

let project: ServerProject;
let server: Serving;
let session: SessionHeaders;

beforeAll(async () => {
  project = makeServerProject();
  writeFileSync(
    join(project.root, 'templates/baseline.yaml'),
    [
      'lr: 1e-3',
      'code: live',
      'command: |',
      '  seq -f "step %.0f of many, with a loss" 1 9000',
      String.raw`  printf '\033[31mred\033[0m <b>as written</b>\033]0;title\007\n'`,
      '  echo "Traceback (most recent call last):" >&2',
      '  echo "ValueError: lr is out of range" >&2',
      '  exit 3',
      '',
    ].join('\n'),
  );
  writeFileSync(join(project.root, 'templates/quiet.yaml'), 'code: live\ncommand: echo trained >&2\n');
  project.sheaf('new', '--template', 'baseline', '--exp-id', 'noisy');
  project.sheaf('new', '--template', 'quiet', '--exp-id', 'quiet');
  project.sheaf('submit', 'noisy', 'quiet');
  project.sheaf('wait', 'noisy', 'quiet');
  server = await project.serve();
  session = await server.logIn();
});
afterAll(() => project.remove());

async function call(name: string, body: object): Promise<Record<string, unknown>> {
  const reply = await server.send({ path: `/api/${name}`, headers: session, body });
  return JSON.parse(reply.text) as Record<string, unknown>;
}

test('the server answers with the end of a log, with the lines that hold a text, and with the first error', async () => {
  expect(await call('logWindow', { id: 'quiet' })).toMatchObject({ file: 'err.log', hasBefore: false });
  expect(await call('logWindow', { id: 'noisy' })).toMatchObject({ attempt: 'train-1', file: 'err.log' });
  const end = await call('logWindow', { id: 'noisy', err: false });
  expect(end).toMatchObject({ attempt: 'train-1', file: 'out.log', hasBefore: true, hasAfter: false });
  expect(JSON.stringify(end)).toContain('step 9000 of many');
  expect(await call('logWindow', { id: 'noisy', err: false, at: 0 })).toMatchObject({ start: 0, hasAfter: true });
  const { hits, hasMore } = await call('logSearch', { id: 'noisy', err: false, text: 'STEP 77 ' });
  expect([hits, hasMore]).toMatchObject([[{ text: 'step 77 of many, with a loss' }], false]);
  expect(await call('logSearch', { id: 'noisy', err: false, text: 'step' })).toMatchObject({ hasMore: true });
  expect(await call('firstError', { id: 'noisy' })).toMatchObject({ attempt: 'train-1', file: 'err.log' });
});

describeWithBrowser('the logs of an experiment', (browser) => {
  test('the tab opens at the end, goes to what is found and to the first error, and keeps its place', async () => {
    const page = await browser().newPage({ viewport: { width: 320, height: 700 } });
    const link = project.sheaf('serve', '--link', '--json').stdout;
    await page.goto((JSON.parse(link) as { readonly data: { readonly link: string } }).data.link);
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
    await page.goto(`${server.url}#/x/noisy/logs`);
    await page.getByRole('region', { name: 'err.log of train-1' }).getByText('ValueError').waitFor();
    await page.getByLabel('File').selectOption('out.log');
    const out = page.getByRole('region', { name: 'out.log of train-1' });
    await out.getByText('<b>as written</b>').waitFor();
    expect(await out.locator('.ansi-fg-1').textContent()).toBe('red');
    expect(await out.textContent()).not.toContain('title');

    await page.getByLabel('Search the log').fill('step 77 of');
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await page.getByRole('list', { name: 'Lines that were found' }).getByRole('button').click();
    await out.locator('[aria-current]', { hasText: 'step 77 of' }).waitFor();
    await page.reload();
    await out.locator('[aria-current]', { hasText: 'step 77 of' }).waitFor();
    expect(await findViolations(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);

    await page.getByRole('button', { name: 'First error' }).click();
    await page.getByRole('region', { name: 'err.log of train-1' }).locator('[aria-current]').waitFor();
    expect(page.url()).toContain('file=err.log');

    await page.goto(`${server.url}#/x/quiet/logs?file=out.log`);
    await page.getByRole('link', { name: /^err\.log has/ }).click();
    await page.getByRole('region', { name: 'err.log of train-1' }).waitFor();
    expect(await findViolations(page)).toEqual([]);
    await page.close();
  });
});
