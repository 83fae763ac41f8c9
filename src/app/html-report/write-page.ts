import { createHash } from 'node:crypto';
import { failure } from '../../core/errors.ts';
import { readWebFiles } from '../../system/index.ts';
import type { ReportData } from './report-data.ts';

/** The script and the styles of the page, and the notices of the libraries in them: text of the build. */
export interface PageParts {
  readonly script: string;
  readonly styles: string;
  readonly notices: string;
}

/** @throws SheafError `report.page` if sheaf was built without the dashboard */
export function readPageParts(): PageParts {
  const files = readWebFiles();
  const read = (name: string): string => {
    const bytes = files.get(name);
    if (bytes !== undefined) return new TextDecoder().decode(bytes);
    throw failure('report.page', 'The page of reports is missing from this installation', {
      why: `dist/web has no ${name}`,
      fix: 'in a clone of sheaf: npm run build; otherwise install sheaf again',
      now: 'nothing was written',
    });
  };
  return { script: read('report.js'), styles: read('report.css'), notices: read('report-licenses.txt') };
}

/**
 * One file with everything in it. A browser runs the script of the build and nothing else, and asks nothing of any server.
 *
 * What people and programs wrote is in the data alone, in which no character can end the element that it is in.
 */
export function writePage(data: ReportData, { script, styles, notices }: PageParts): string {
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(styles)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeText(data.title)}</title>
<link rel="icon" href="data:,">
<style>${styles}</style>
</head>
<body>
<div id="root"></div>
<noscript><p>This report draws its tables and figures with JavaScript, which is off here. Save the file, and open it in a browser.</p></noscript>
<script type="application/json" id="data">${escapeJson(data)}</script>
<script>${script}</script>
<!--
${notices.replaceAll('--', '- -')}
-->
</body>
</html>
`;
}

/** As the policy has it: of exactly the text of the element. */
function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/** JSON in which nothing is markup: `<` is only in strings, and U+2028 and U+2029 end lines for some programs. */
function escapeJson(data: ReportData): string {
  return JSON.stringify(data).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
