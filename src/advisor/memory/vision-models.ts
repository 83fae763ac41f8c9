import type { VisionShape } from './trace/setup.ts';

/**
 * Classification models of torchvision 0.26, each at 224 × 224 pixels (Inception v3 at 299): what `scripts/trace-vision-models.py`
 * gave. It runs three training steps on tensors without numbers under PyTorch 2.11, notes when each storage comes and goes, and
 * replays that through PyTorch's caching allocator, at batches of 32 and 128 and with SGD; the line through both is what is
 * here. No figure is fitted to a network; the rule for workspaces of convolutions in that script was chosen with 75 measured
 * configurations in view (docs/explanation/memory.md).
 *
 * Order: parameters; GFLOP of a forward pass of one image; then for 32 bits, for autocast and for 16 bits throughout: MB
 * (10^6 bytes) per image, and MB whatever the batch, beside the weights.
 */
type VisionFigures = readonly [
  params: number,
  gflops: number,
  fp32PerImage: number,
  fp32Fixed: number,
  ampPerImage: number,
  ampFixed: number,
  halfPerImage: number,
  halfFixed: number,
];

const VISION_FIGURES: { readonly [name: string]: VisionFigures } = {
  alexnet: [61_100_840, 1.4, 9.5, 241.1, 4, 457.9, 5.4, 82.2],
  convnext_base: [88_591_464, 30.7, 258.2, 421.1, 136.1, 534.2, 125.4, 226.2],
  convnext_large: [197_767_336, 68.7, 387.5, 473.3, 202.8, 1056, 187.5, 297.4],
  convnext_small: [50_223_688, 17.4, 195.5, 262.5, 103.5, 237.9, 95, 163.6],
  convnext_tiny: [28_589_128, 8.9, 130.2, 161, 68.6, 120.3, 62, 88.7],
  densenet121: [7_978_856, 5.7, 147.9, 181.1, 76.2, 45.6, 75.7, 28.7],
  densenet161: [28_681_000, 15.5, 270.3, 267.3, 137.5, 245.7, 137.3, 177.9],
  densenet169: [14_149_480, 6.7, 175.9, 258.5, 90.1, 84.5, 89.3, 65.5],
  densenet201: [20_013_928, 8.6, 223.1, 322.4, 113.2, 186.2, 112.6, 129],
  efficientnet_b0: [5_288_548, 0.8, 96, 215.1, 49.8, 34.8, 49.2, 31.4],
  efficientnet_b1: [7_794_184, 1.1, 131.7, 239.4, 67.8, 54.8, 67.1, 46.6],
  efficientnet_b2: [9_109_994, 1.3, 138.7, 193.5, 71.3, 34.9, 70.9, 0],
  efficientnet_b3: [12_233_232, 1.9, 184.7, 87.4, 93.6, 72, 93, 58],
  efficientnet_b4: [19_341_616, 3, 238.2, 291, 119.8, 330.9, 120.5, 131.2],
  efficientnet_b5: [30_389_784, 4.7, 323.5, 407.6, 163.5, 255.2, 162.7, 243.3],
  efficientnet_b6: [43_040_704, 6.7, 413.2, 475.9, 207.5, 417.8, 207.1, 344.5],
  efficientnet_b7: [66_347_960, 10.3, 549.3, 524.5, 273.5, 750.3, 272.9, 677.5],
  efficientnet_v2_l: [118_515_272, 24.5, 455.7, 743.8, 224.2, 1357, 224.5, 1132],
  efficientnet_v2_m: [54_139_356, 10.7, 261.7, 501.3, 132.1, 417.8, 131.7, 352],
  efficientnet_v2_s: [21_458_488, 5.7, 166, 286, 84.7, 248.7, 85.1, 89.1],
  googlenet: [13_004_888, 3, 69.1, 9.1, 35.6, 30.3, 34.9, 26.9],
  inception_v3: [27_161_264, 11.4, 144.2, 123.7, 76.7, 0, 75.6, 0],
  maxvit_t: [30_919_624, 11.1, 331.3, 383.8, 185.5, 341.9, 167.3, 204.5],
  mnasnet0_5: [2_218_512, 0.2, 32.6, 10.4, 18.2, 0, 17.6, 0],
  mnasnet0_75: [3_170_208, 0.4, 51.1, 15.8, 27.2, 0, 26.6, 0],
  mnasnet1_0: [4_383_312, 0.6, 56.6, 97, 29.9, 0, 29.4, 0],
  mnasnet1_3: [6_282_256, 1.1, 77.2, 69.1, 40.7, 0, 40, 0],
  mobilenet_v2: [3_504_872, 0.6, 87.2, 54.5, 44.8, 26.5, 44.3, 2.1],
  mobilenet_v3_large: [5_483_032, 0.4, 54.5, 72.4, 28.6, 0, 28.1, 0],
  mobilenet_v3_small: [2_542_856, 0.1, 20.8, 38.4, 11.6, 0, 11, 0],
  regnet_x_16gf: [54_278_536, 31.9, 276.9, 187.2, 138.4, 373.7, 137.8, 256.5],
  regnet_x_1_6gf: [9_190_136, 3.2, 88.7, 123.7, 45.5, 55.5, 45, 29.2],
  regnet_x_32gf: [107_811_560, 63.5, 386.2, 461.4, 193.5, 630.1, 193.4, 341],
  regnet_x_3_2gf: [15_296_552, 6.4, 119.6, 370.7, 61.5, 225.5, 60.7, 202.2],
  regnet_x_400mf: [5_495_976, 0.8, 36.7, 49, 20.2, 0, 19.5, 0],
  regnet_x_800mf: [7_259_656, 1.6, 61.3, 128.3, 32.1, 40.4, 31.5, 32.6],
  regnet_x_8gf: [39_572_648, 16, 135.8, 186.5, 68.2, 283.3, 68, 232.5],
  regnet_y_128gf: [644_812_894, 255, 820.1, 711.7, 411.5, 2046, 410.3, 591.9],
  regnet_y_16gf: [83_590_140, 31.8, 279, 207.9, 139.5, 438.3, 139.6, 224.5],
  regnet_y_1_6gf: [11_202_430, 3.2, 90.8, 370.8, 48.3, 116.3, 47.6, 111.4],
  regnet_y_32gf: [145_046_770, 64.6, 324.8, 313, 163.2, 657.7, 162.3, 320],
  regnet_y_3_2gf: [19_436_338, 6.4, 132.6, 124.2, 63.9, 485.5, 63.6, 444],
  regnet_y_400mf: [4_344_144, 0.8, 50.1, 34.2, 26.4, 0, 25.9, 0],
  regnet_y_800mf: [6_432_512, 1.7, 69, 207.4, 35.7, 52.4, 35.2, 25.6],
  regnet_y_8gf: [39_381_472, 16.9, 242, 189.1, 121.7, 267.9, 120.9, 214.6],
  resnet101: [44_549_160, 15.6, 153.3, 317, 79.7, 207.7, 79.2, 131.1],
  resnet152: [60_192_808, 23, 203.9, 455.1, 105.8, 301, 105, 213.3],
  resnet18: [11_689_512, 3.6, 41.3, 53.1, 21.1, 0, 20.2, 0],
  resnet34: [21_797_672, 7.3, 51.5, 78.9, 26, 48.2, 25.4, 5.8],
  resnet50: [25_557_032, 8.2, 112.1, 202.8, 58.3, 124.3, 57.8, 69.4],
  resnext101_32x8d: [88_791_336, 32.8, 283.4, 537.3, 143.1, 617.8, 142.9, 397.7],
  resnext101_64x4d: [83_455_272, 30.9, 283.4, 543.9, 143.1, 611.9, 142.7, 419.5],
  resnext50_32x4d: [25_028_904, 8.5, 136.7, 211.9, 70.1, 187, 69.5, 150.8],
  shufflenet_v2_x0_5: [1_366_792, 0.1, 17.9, 0, 8.7, 0, 8.1, 0],
  shufflenet_v2_x1_0: [2_278_604, 0.3, 29.4, 0, 15.4, 0, 14.7, 0],
  shufflenet_v2_x1_5: [3_503_624, 0.6, 38.8, 0, 20.8, 0, 20.2, 0],
  shufflenet_v2_x2_0: [7_393_996, 1.2, 46.4, 106.5, 24.6, 38.8, 24.1, 7.5],
  squeezenet1_0: [1_248_424, 1.6, 58.7, 46.2, 32.5, 0, 31.9, 0],
  squeezenet1_1: [1_235_496, 0.7, 37.7, 0, 20.3, 4.1, 19.7, 6.6],
  swin_b: [87_768_224, 30.9, 238.2, 416.5, 153.2, 495.5, 119.5, 269.8],
  swin_s: [49_606_258, 17.5, 180.1, 307, 116.6, 286.7, 91.4, 153.8],
  swin_t: [28_288_354, 9, 116.1, 193, 75.7, 135, 58.9, 81.1],
  swin_v2_b: [87_930_848, 34.1, 343.1, 257.1, 219.6, 574.5, 170.5, 382],
  swin_v2_s: [49_737_442, 19.4, 258.4, 167.4, 169, 163.9, 129.1, 192],
  swin_v2_t: [28_351_570, 9.9, 160.4, 96.3, 107.2, 0, 80.1, 102],
  vgg11: [132_863_336, 15.2, 121.6, 515.8, 56, 718.8, 54.8, 268.3],
  vgg11_bn: [132_868_840, 15.2, 151.2, 522.8, 70.7, 735.6, 69.6, 280.9],
  vgg13: [133_047_848, 22.6, 160.5, 516.7, 75.5, 715.6, 74.3, 266.2],
  vgg13_bn: [133_053_736, 22.6, 209.4, 523.6, 99.9, 732.3, 98.7, 278.7],
  vgg16: [138_357_544, 30.9, 165.7, 519.9, 78.2, 730.7, 76.8, 277.9],
  vgg16_bn: [138_365_992, 30.9, 219.8, 530.3, 105.2, 741.8, 103.8, 289.1],
  vgg19: [143_667_240, 39.3, 170.9, 537.8, 80.6, 752.8, 79.5, 278.5],
  vgg19_bn: [143_678_248, 39.3, 230.2, 551.7, 109.7, 840.6, 109.2, 288.2],
  vit_b_16: [86_567_656, 35.1, 127.7, 161.2, 69.4, 317.8, 60.6, 75.7],
  vit_b_32: [88_224_232, 8.8, 34.3, 138.9, 19.7, 215.6, 16.7, 24.4],
  vit_h_14: [632_045_800, 334.6, 725.5, 602.9, 384.8, 2114, 341.2, 550.6],
  vit_l_16: [304_326_632, 123.1, 336, 208.8, 178.7, 965.8, 157.9, 234.4],
  vit_l_32: [306_535_400, 30.8, 86.4, 196.2, 47.6, 755.4, 41.2, 110.1],
  wide_resnet101_2: [126_886_696, 45.5, 185.8, 593.1, 96.2, 627.2, 95.4, 308.8],
  wide_resnet50_2: [68_883_240, 22.8, 132.4, 372.2, 68.9, 368.2, 67.7, 187.8],
};

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
