import { expect, test } from 'vitest';
import { guessDirection } from './metric-direction.ts';

/** Names as the programs log them. */
const NAMES: Readonly<Record<string, { max: string; min: string; none: string }>> = {
  'Stable-Baselines3': {
    max: 'rollout/ep_rew_mean eval/mean_reward rollout/success_rate',
    min: 'train/loss',
    none: `rollout/ep_len_mean eval/mean_ep_length time/fps time/iterations time/total_timesteps train/approx_kl
      train/clip_fraction train/clip_range train/entropy_loss train/explained_variance train/learning_rate
      train/n_updates train/policy_gradient_loss train/value_loss train/std train/actor_loss train/critic_loss
      train/ent_coef train/ent_coef_loss rollout/exploration_rate`,
  },
  CleanRL: {
    max: 'charts/episodic_return eval/episodic_return',
    min: '',
    none: `losses/buffer_fill charts/episodic_length charts/SPS charts/learning_rate losses/value_loss losses/policy_loss losses/entropy
      losses/old_approx_kl losses/approx_kl losses/clipfrac losses/explained_variance losses/td_loss losses/q_values
      losses/qf1_values losses/qf1_loss losses/qf_loss losses/actor_loss losses/alpha losses/alpha_loss`,
  },
  RLlib: {
    max: 'episode_reward_mean env_runners/episode_return_mean',
    min: '',
    none: 'vf_loss kl_loss mean_kl_loss vf_explained_var cur_kl_coeff entropy_coeff episode_len_mean policy_reward_std',
  },
  TRL: {
    max: 'rewards/accuracies objective/rlhf_reward',
    min: 'eval_loss',
    none: 'rewards/chosen rewards/rejected rewards/margins logps/rejected objective/kl objective/entropy policy/approxkl_avg',
  },
  Lightning: {
    max: 'val_acc val/acc_best train_acc_epoch val_f1 valid_auroc val_MulticlassAccuracy valAcc test/top1',
    min: 'train_loss train_loss_step val_loss val/loss_epoch valLoss val_mse val_mae test_rmse val_ppl',
    none: 'epoch step lr-AdamW hp_metric grad_2.0_norm_total val_score',
  },
  'HF Trainer': {
    max: `eval_accuracy eval_f1 eval_rouge1 eval_rougeL eval_bleu eval_exact_match eval_matthews_correlation eval_pearson
      eval_spearmanr eval_mean_iou`,
    min: 'loss train_loss eval_loss perplexity eval_wer eval_mse',
    none: `grad_norm learning_rate epoch total_flos train_runtime eval_samples_per_second eval_gen_len
      mean_token_entropy num_tokens`,
  },
  'LightGBM and XGBoost': {
    max: 'auc valid_0-auc eval-aucpr eval-ndcg@5 test-map@5 average_precision',
    min: `binary_logloss multi_logloss multi_error binary_error rmse mape train-rmse validation_0-mlogloss test-merror
      eval-error@0.7 eval-rmsle cross_entropy`,
    none: 'l2 quantile kullback_leibler num_leaves best_iteration',
  },
  'object detection': {
    max: 'metrics/mAP50(B) metrics/mAP50-95(B) metrics/precision(B) metrics/recall(B) coco/bbox_mAP bbox_mAP_50 bbox/AP AP75 eval_map',
    min: 'train/box_loss val/cls_loss val/dfl_loss loss_bbox loss_giou',
    none: 'x/lr0 heat_map_mean feature_map_size',
  },
  segmentation: {
    max: 'mIoU val/IoU val_dice mDice jaccard_index aAcc mAcc pixel_accuracy',
    min: 'dice_loss iou_loss decode.loss_ce hd95_error',
    none: 'threshold num_classes',
  },
  'speech, translation, text and images': {
    max: 'sacrebleu chrf valid_bleu METEOR PSNR val/ssim PESQ STOI bert_f1',
    min: 'wer val_wer CER eval/cer ter bpc bpb nll val_nll FID lpips EER train_err error_rate',
    none: 'samples_per_second tokens throughput duration',
  },
  GANs: {
    max: '',
    min: 'fid',
    none: 'd_loss g_loss loss_D loss_G gen_loss disc_loss discriminator_loss adv_loss D_real',
  },
  'other programs': {
    max: 'win_rate r2 Recall@10 mrr hits@10 cohen_kappa specificity',
    min: 'smape brier_score minADE FDE',
    none: 'loss_scale loss_weight acc_std loss_std accumulate_grad_batches entropy temperature reward_scale kl temp mapping error_std',
  },
};

test.each(Object.entries(NAMES))('of %s a metric has a direction only if its name says which', (_, names) => {
  const wrong = (['max', 'min', 'none'] as const).flatMap((expected) =>
    names[expected]
      .split(/\s+/)
      .filter((name) => name !== '' && (guessDirection(name) ?? 'none') !== expected)
      .map((name) => `${name}: ${guessDirection(name) ?? 'none'}, not ${expected}`),
  );
  expect(wrong).toEqual([]);
});
