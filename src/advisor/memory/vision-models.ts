import type { VisionShape } from './trace/setup.ts';
import { VISION_FIGURES, type VisionFigures } from './vision-figures.ts';

const MB = 1e6;

/** Models of torchvision, by their names there. */
export const VISION_MODELS: { readonly [name: string]: VisionShape } = Object.fromEntries(
  Object.entries(VISION_FIGURES).map(([name, figures]) => [name, shapeOf(name, figures)]),
);

function shapeOf(name: string, figures: VisionFigures): VisionShape {
  const [params, gflops, fp32PerImage, fp32Fixed, ampPerImage, ampFixed, halfPerImage, halfFixed] = figures;
  const patch = /^vit_[a-z]_(\d+)$/.exec(name)?.[1];
  return {
    kind: 'vision',
    name,
    params,
    resolution: name === 'inception_v3' ? 299 : 224,
    ...(patch === undefined ? {} : { patch: Number(patch) }),
    reserved: {
      fp32: { perImage: fp32PerImage * MB, fixed: fp32Fixed * MB },
      amp: { perImage: ampPerImage * MB, fixed: ampFixed * MB },
      half: { perImage: halfPerImage * MB, fixed: halfFixed * MB },
    },
    flopsPerImage: gflops * 1e9,
  };
}
