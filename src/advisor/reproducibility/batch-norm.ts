/**
 * Families of models by what normalizes in them, as their reference implementations in torchvision and Hugging Face
 * transformers have it. The first that fits counts.
 */
const FAMILIES: readonly (readonly [name: RegExp, batchNorm: boolean])[] = [
  [/convnext|swin|(?<![a-z])vit|deit|beit|dino|clip/, false],
  [
    /bert|gpt|llama|mistral|mixtral|qwen|gemma|bloom|falcon|pythia|bart|whisper|mamba|transformer|(?<![a-z])(?:phi|opt|m?t5)(?![a-z])/,
    false,
  ],
  [/vgg\d*_bn/, true],
  [/vgg|alexnet/, false],
  [
    /resne[tx]|resnext|wide_resnet|densenet|efficientnet|mobilenet|mnasnet|regnet|inception|googlenet|shufflenet|yolo/,
    true,
  ],
];

/** Whether a model has BatchNorm, by its name: `resnet50`, `meta-llama/Llama-3.1-8B`. Undefined: not known. */
export function hasBatchNorm(model: string): boolean | undefined {
  const plain = model.toLowerCase().replaceAll('-', '_');
  return FAMILIES.find(([name]) => name.test(plain))?.[1];
}
