import { appendFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeWithBrowser } from '../support/browser.ts';
import { openDashboard } from '../support/dashboard-page.ts';
import { makeDashboardProject, serveDashboard } from '../support/dashboard-project.ts';

/** What others write into logs, names and notes, and what a page must show as it is written. */
const MARKUP = '<img src=x onerror=alert(1)><script>alert(2)</script>';
const LINK = 'javascript:alert(3)';
/** Turns the text after it around: shown as written it would look like another one. */
const TURNED = '\u202Egpj.exe';
/** A link, the clipboard, a title, a cleared screen and a moved cursor, as terminals take them; then a colour. */
const ESCAPES =
  '\x1b]8;;https://evil.example\x07here\x1b]8;;\x07 \x1b]52;c;ZXZpbA==\x07\x1b]0;title\x07\x1b[2J\x1b[10A\x1b[31mred\x1b[0m';

const FILES = [`${MARKUP.replaceAll('/', '')}.txt`, `${TURNED}.svg`];

/** The address of a file or folder in the attempt. */
function filePage(name: string): string {
  const path = Buffer.from(`attempts/train-1/${name}`).toString('latin1');
  return `files?path=${encodeURIComponent(path)}`;
}

const PAGES = [
  'overview',
  'config',
  'logs',
  'scripts',
  'events',
  ...['', ...FILES, 'out.log', 'photo.png'].map((name) => filePage(name)),
];

describeWithBrowser('texts of others', (browser) => {
  test.each(['light', 'dark'] as const)('are shown as they are written, and run nothing: %s', async (colorScheme) => {
    const project = makeDashboardProject();
    try {
      appendFileSync(join(project.path, 'templates/line.yaml'), 'more: none\nlink: none\n');
      project.sheaf(['run', 'line', 'hostile', '--steps', '3', '--set', `more=${MARKUP}`, '--set', `link=${LINK}`]);
      project.sheaf(['note', 'hostile', `${MARKUP} ${LINK} ${TURNED}`]);
      const attempt = join(project.path, 'experiments/hostile/attempts/train-1');
      const log = join(attempt, 'out.log');
      appendFileSync(log, `${'x'.repeat(10_000_000)}\n${MARKUP}\n${ESCAPES}\n`);
      appendFileSync(log, Uint8Array.of(0xff, 0xfe, 0x0a));
      appendFileSync(log, 'the end\n');
      for (const name of [...FILES, 'photo.png']) writeFileSync(join(attempt, name), MARKUP);
      symlinkSync(LINK, join(attempt, 'link'));
      const served = await serveDashboard(project);
      try {
        const dashboard = await openDashboard(browser(), served, { colorScheme });
        const dialogs: string[] = [];
        dashboard.page.on('dialog', (dialog) => {
          dialogs.push(dialog.message());
          void dialog.dismiss();
        });
        const texts: string[] = [];
        for (const path of ['/', '/x', ...PAGES.map((tab) => `/x/hostile/${tab}`)]) {
          await dashboard.open(path);
          texts.push(await dashboard.readText());
          expect(await dashboard.page.locator('main img, main script, main [href^="javascript"]').count(), path).toBe(
            0,
          );
        }
        const [overview, config, logs, , , folder, ...files] = texts.slice(2);
        expect(overview).toContain(MARKUP);
        expect(config).toContain(MARKUP);
        expect(logs).toContain('the end');
        expect(logs).toContain(MARKUP);
        expect(logs).not.toMatch(/evil\.example|ZXZpbA|\x1b/);
        for (const name of [FILES[0], '<U+202E>gpj.exe.svg', LINK]) expect(folder).toContain(name);
        for (const place of [0, 1, 3]) expect(files[place]).toContain(MARKUP);
        expect(dashboard.complaints).toEqual([]);
        expect(dashboard.foreign).toEqual([]);
        expect(dialogs).toEqual([]);
        await dashboard.page.context().close();
      } finally {
        await served.stop();
      }
    } finally {
      project.remove();
    }
  });
});
