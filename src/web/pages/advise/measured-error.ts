/**
 * How far estimates of memory were off on configurations that were measured on an H100, by `npm run bench:memory`. The table of
 * docs/explanation/memory.md, "Accuracy", has the same, which a test checks. Percent.
 */
export const MEASURED_ERROR = {
  trainings: 75,
  median: '2.0',
  nineOfTen: '8.8',
  lowest: '−2.7',
  highest: '+23.8',
} as const;
