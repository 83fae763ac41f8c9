import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BarFigure, CurvesFigure, Figure } from '../figure.ts';
import { renderFigureText } from './terminal.ts';

const axis = (label: string): { label: string; log: boolean } => ({ label, log: false });

function curves(values: readonly (readonly (number | undefined)[])[]): CurvesFigure {
  return {
    kind: 'curves',
    x: axis('step'),
    y: axis('accuracy'),
    thin: false,
    curves: values.map((ys, i) => {
      const none = ys.map(() => undefined);
      return { name: `run ${i}`, xs: ys.map((_, x) => x), ys, low: none, high: none, n: ys.map(() => 1) };
    }),
  };
}

const BARS: BarFigure = {
  kind: 'bar',
  x: axis('lr'),
  y: axis('accuracy'),
  bars: [
    { name: '0.1', n: 2, mean: 2, low: 1.5, high: 2.5, points: [1.5, 2.5] },
    { name: '0.01', n: 1, mean: 1, points: [1] },
    { name: 'none', n: 0, points: [] },
  ],
};

const plain = { width: 60, height: 24, color: false, unicode: false };

describe('a chart of signs', () => {
  test('shows where a curve goes, with its ends at the axes', () => {
    const text = renderFigureText(curves([[0, 1, 2, 3]]), { ...plain, width: 30, height: 12 });
    expect(text.split('\n')).toEqual([
      'accuracy',
      '3 |                        ***',
      '  |                  ******',
      '  |             *****',
      '  |         *****',
      '  |   ******',
      '0 |***',
      '   0          step           3',
      '  * run 0',
      '',
    ]);
  });

  test('has bars as long as the means, with intervals and numbers', () => {
    const lines = renderFigureText(BARS, plain).split('\n');
    const lengths = lines.map((line) => line.replace(/[^#]/g, '').length);
    expect(Math.abs((lengths[1] ?? 0) - (lengths[2] ?? 0) * 2)).toBeLessThanOrEqual(1);
    expect(lines[1]).toMatch(/^0\.1 +#+ 2 \[1\.5, 2\.5\] n=2$/);
    expect(lines[3]).toContain('no value');
  });

  test('is never wider than the screen, and has ASCII alone where that is all there is', () => {
    const value = fc.option(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { nil: undefined });
    const figures = fc.array(fc.array(value, { minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(figures, fc.integer({ min: 40, max: 130 }), fc.boolean(), (values, width, unicode) => {
        for (const figure of [curves(values), BARS] satisfies Figure[]) {
          const text = renderFigureText(figure, { width, height: 30, color: false, unicode });
          for (const line of text.split('\n')) expect([...line].length).toBeLessThanOrEqual(width);
          if (!unicode) expect(text).toMatch(/^[\n -~]*$/);
        }
      }),
    );
  });

  test('has colours only if they are wanted', () => {
    expect(renderFigureText(curves([[1, 2]]), plain)).not.toContain('\u001b');
    expect(renderFigureText(curves([[1, 2]]), { ...plain, color: true })).toContain('\u001b[');
  });
});
