/**
 * Tests in a real browser, Debian's `chromium-headless-shell` or the one that `SHEAF_TEST_BROWSER` names. Without one they
 * are skipped; with `SHEAF_TEST_BROWSER=require`, as in CI, that is an error.
 */
import { accessSync, constants, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const USUAL = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];
const WHY = 'there is no browser: install chromium-headless-shell, or name one with SHEAF_TEST_BROWSER';

function findBrowser(): string | undefined {
  const named = process.env['SHEAF_TEST_BROWSER'];
  const found = (named && named !== 'require' ? [named] : USUAL).find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (found === undefined && named !== undefined) throw new Error(WHY);
  return found;
}

/** Starts the browser, as tests and scripts use it. */
export function openBrowser(path: string): Promise<Browser> {
  // Root may not use the sandbox; pages come from this machine alone, also under a name that a browser does not know it by.
  const args = ['--no-sandbox', '--force-color-profile=srgb', '--host-resolver-rules=MAP *.test 127.0.0.1'];
  return chromium.launch({ executablePath: path, args });
}

/** The path of the browser for scripts. @throws Error without one */
export function requireBrowser(): string {
  const path = findBrowser();
  if (path === undefined) throw new Error(WHY);
  return path;
}

/** Tests with a browser; without one, a single skipped test says why. */
export function describeWithBrowser(name: string, tests: (browser: () => Browser) => void): void {
  const path = findBrowser();
  describe(`in a browser: ${name}`, () => {
    if (path !== undefined) return tests(keepBrowser(path));
    test(`not run: ${WHY}`, (context) => {
      process.stderr.write(`\nThe tests "${name}" were SKIPPED: ${WHY}\n`);
      context.skip(WHY);
      expect.unreachable();
    });
  });
}

/** Opens the browser before the tests of this place, and closes it after them. */
function keepBrowser(path: string): () => Browser {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await openBrowser(path);
  });
  afterAll(() => browser?.close());
  return () => {
    if (browser === undefined) throw new Error('the browser is not open yet');
    return browser;
  };
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds against WCAG 2.2 AA, as "rule: element"; empty when all is well. */
export async function findViolations(page: Page): Promise<string[]> {
  // Evaluated by the debugger, which the page's own rules for scripts do not bind.
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe: runner } = globalThis as unknown as {
      axe: {
        run(
          options: object,
        ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
      };
    };
    const { violations } = await runner.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html.slice(0, 200)}\n  ${node.failureSummary}`),
    );
  });
}
