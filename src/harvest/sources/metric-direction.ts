/** Words of a name that say that more is better. */
const MORE = new Set(
  `acc accuracy accuracies aacc macc top1 top5 auc auroc auprc aucpr rocauc f1 fscore bleu sacrebleu rouge rouge1 rouge2
  rougel rougelsum meteor chrf bertscore precision recall sensitivity specificity iou miou giou dice mdice jaccard psnr
  ssim pesq stoi mcc matthews kappa r2 ndcg mrr hits pearson pearsonr spearman spearmanr reward rewards rew return returns
  success win winrate`.split(/\s+/),
);

/** Words that say that less is better. */
const LESS = new Set(
  `loss losses error errors err merror perplexity ppl mse mae rmse rmsle mape smape logloss mlogloss nll wer cer ter fid
  lpips bpc bpd bpb eer brier ece crossentropy ade fde epe minade minfde`.split(/\s+/),
);

/** Two words that only mean something together. */
const PAIRS: readonly (readonly [string, 'max' | 'min'])[] = [
  ['exact match', 'max'],
  ['average precision', 'max'],
  ['cross entropy', 'min'],
];

/**
 * Words with which a name says nothing of the direction: parts of the objectives of reinforcement learning and of
 * adversarial training, which move against each other, and what is measured of a metric rather than the metric.
 */
const UNSURE = new Set(
  `policy pg actor critic value values vf q qf qf1 qf2 td kl approxkl entropy ent alpha clip clipfrac explained surrogate
  advantage adv adversarial g d gen disc generator discriminator gan real fake chosen rejected margin margins std var
  variance grad gradient norm scale weight coef coeff lr rate_limit length len num count size threshold temperature
  target`.split(/\s+/),
);

/** Sizes and thresholds that may follow the mean average precision: `mAP50-95`, `AP_small`. */
const AFTER_PRECISION = /^(?:\d+|b|m|s|l|small|medium|large|mean|epoch|step)$/;

/**
 * Whether more or less of a metric is better, as far as its name says so beyond doubt: accuracy, reward and BLEU, loss,
 * error and perplexity. Undefined otherwise: a wrong direction would crown the worst run.
 */
export function guessDirection(name: string): 'max' | 'min' | undefined {
  const words = wordsOf(name);
  const pair = PAIRS.find(([text]) => ` ${words.join(' ')} `.includes(` ${text} `));
  if (pair !== undefined) return pair[1];
  if (words.some((word) => UNSURE.has(word))) return undefined;
  const more = words.some((word) => MORE.has(word)) || isPrecision(words);
  const less = words.some((word) => LESS.has(word));
  // `dice_loss` and `loss_giou` are losses; of any other two words neither is sure.
  if (more && less) return words.some((word) => word === 'loss' || word === 'error') ? 'min' : undefined;
  return more ? 'max' : less ? 'min' : undefined;
}

/** `mAP`, `bbox_mAP_50`, `AP75`; not `heat_map_mean`. */
function isPrecision(words: readonly string[]): boolean {
  const at = words.findIndex((word) => /^m?ap(?:50|75)?$/.test(word));
  const rest = words.slice(at + 1);
  const isOfImage = ['heat', 'feature', 'attention', 'depth', 'saliency', 'bit'].includes(words[at - 1] ?? '');
  return at >= 0 && !isOfImage && rest.every((word) => AFTER_PRECISION.test(word));
}

/** A folder of many metrics, `losses/approx_kl`, says nothing of one. */
const GROUP = /^(?:losses|errors|rewards|returns)\//i;

/** In lower case; `valLoss` is two words, and `mAP` and `IoU` are one. */
function wordsOf(name: string): string[] {
  return name
    .replace(GROUP, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((part) => part !== '')
    .flatMap((part) => {
      const whole = part.toLowerCase();
      const isKnown = MORE.has(whole) || LESS.has(whole) || /^m?ap\d*$/.test(whole);
      return isKnown
        ? [whole]
        : part
            .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
            .toLowerCase()
            .split(' ');
    });
}
