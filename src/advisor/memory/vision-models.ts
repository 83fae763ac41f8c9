import type { VisionShape } from './setup.ts';

export const VISION_MODELS: { readonly [name: string]: VisionShape } = {
  resnet50: {
    kind: 'vision',
    name: 'resnet50',
    params: 25_557_032,
    resolution: 224,
    reserved: {
      fp32: { perImage: 104_000_000, fixed: 120_000_000 },
      amp: { perImage: 57_000_000, fixed: 150_000_000 },
      half: { perImage: 56_000_000, fixed: 80_000_000 },
    },
  },
};
