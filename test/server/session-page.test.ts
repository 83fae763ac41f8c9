import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { describeWithBrowser } from '../support/browser.ts';
import { makeServerProject, type ServerProject, type Serving } from '../support/dashboard.ts';

let project: ServerProject;
let server: Serving;

beforeAll(async () => {
  project = makeServerProject();
  server = await project.serve();
});
afterAll(() => project.remove());

function newLink(): string {
  const { stdout } = project.sheaf('serve', '--link', '--json');
  return (JSON.parse(stdout) as { readonly data: { readonly link: string } }).data.link;
}

/** A browser without any session, and all that it complained about: errors, and what the policies refused. */
async function openContext(browser: Browser): Promise<{ context: BrowserContext; complaints: string[] }> {
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const complaints: string[] = [];
  context.on('console', (message) => {
    // A call that is refused, or a stream that ends, is a line of its own.
    const isAnswer = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isAnswer) complaints.push(message.text());
  });
  context.on('weberror', (error) => complaints.push(String(error.error())));
  return { context, complaints };
}

async function seesProject(page: Page): Promise<void> {
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
  await page.getByText('project', { exact: true }).first().waitFor();
}

const LINK_USED = 'This link has been used or has expired';

describeWithBrowser('the session of a page', (browser) => {
  test('a link opens the page once, and its code leaves the address', async () => {
    const { context, complaints } = await openContext(browser());
    const page = await context.newPage();
    const link = newLink();
    await page.goto(link);
    await seesProject(page);
    expect(page.url()).toBe(`${server.url}#/`);
    await page.getByRole('button', { name: 'Theme' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'Dark' }).click();
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await page.reload();
    await seesProject(page);
    const other = await context.newPage();
    await other.goto(`${server.url}#/x`);
    await seesProject(other);
    expect(other.url()).toBe(`${server.url}#/x`);
    expect(complaints).toEqual([]);

    const stranger = await (await openContext(browser())).context.newPage();
    await stranger.goto(link);
    await stranger.getByText(LINK_USED).waitFor();
  });

  test('a page whose session has ended keeps its address, and goes on with a new link', async () => {
    const { context, complaints } = await openContext(browser());
    const page = await context.newPage();
    await page.goto(newLink());
    await seesProject(page);
    project.sheaf('serve', '--revoke');
    await page.goto(`${server.url}#/x/first`);
    await page.reload();
    await page.getByText('sheaf serve --link').waitFor();
    expect(page.url()).toBe(`${server.url}#/x/first`);
    await page.getByLabel('Link').fill('http://127.0.0.1/#k=wrong');
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByText(LINK_USED).waitFor();
    await page.getByLabel('Link').fill(newLink());
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByRole('heading', { name: 'first' }).waitFor();
    expect(page.url()).toBe(`${server.url}#/x/first`);
    expect(complaints).toEqual([]);
  });

  test('a page whose server was killed and started again says that its session has ended, and works after a reload with a new link', async () => {
    const { context, complaints } = await openContext(browser());
    const page = await context.newPage();
    await page.goto(newLink());
    await seesProject(page);
    await page.goto(`${server.url}#/x/first`);
    await page.getByRole('heading', { name: 'first' }).waitFor();
    process.kill(server.pid, 'SIGKILL');
    await server.ended;
    server = await project.serve(['--port', String(server.port)]);
    await page.getByText('This session has ended').waitFor();
    await page.getByText('sheaf serve --link').waitFor();
    await page.reload();
    await page.getByLabel('Link').fill(server.link);
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByRole('heading', { name: 'first' }).waitFor();
    await page.getByRole('button', { name: /^Live\./ }).waitFor();
    expect(page.url()).toBe(`${server.url}#/x/first`);
    expect(complaints).toEqual([]);
  });

  test('a page over plain http from a name that is not localhost is live, and downloads files', async () => {
    const other = makeServerProject();
    onTestFinished(() => other.remove());
    other.sheaf('submit', 'first');
    writeFileSync(join(other.root, 'experiments/first/notes.txt'), 'downloaded');
    const { link } = await other.serve(['--allow-host', 'node.test']);
    const { context, complaints } = await openContext(browser());
    const page = await context.newPage();
    await page.goto(link.replace('127.0.0.1', 'node.test'));
    await page.getByRole('button', { name: /^Live\./ }).waitFor();
    expect(await page.evaluate('isSecureContext')).toBe(false);
    await page.goto(page.url().replace(/#.*/, '#/x/first/files?path=notes.txt'));
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).click();
    expect(readFileSync(await (await downloading).path(), 'utf8')).toBe('downloaded');
    // That one header of the answer counts on trustworthy origins alone, a browser says once for each page.
    expect(complaints.filter((each) => !each.startsWith('The Cross-Origin-Opener-Policy header'))).toEqual([]);
  });
});
