import { barDrawing } from './bar.ts';
import { curvesDrawing } from './curves.ts';
import type { Figure, Layout } from './figure.ts';
import { heatmapDrawing } from './heatmap.ts';
import { parallelDrawing } from './parallel.ts';
import { scatterDrawing } from './scatter.ts';
import { drawSvg, type Drawing } from './svg.ts';

/** A figure as an SVG document. */
export function drawFigureSvg(figure: Figure, layout: Layout): Promise<string> {
  return drawSvg(drawingOf(figure, layout), layout, figure.note);
}

function drawingOf(figure: Figure, layout: Layout): Drawing {
  switch (figure.kind) {
    case 'curves':
      return curvesDrawing(figure, layout);
    case 'bar':
      return barDrawing(figure, layout);
    case 'scatter':
      return scatterDrawing(figure, layout);
    case 'heatmap':
      return heatmapDrawing(figure, layout);
    case 'parallel':
      return parallelDrawing(figure);
  }
}
