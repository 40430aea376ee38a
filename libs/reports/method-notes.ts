import { summarizeRun } from '#libs/analytics';
import type { RunView } from '#libs/runs';
import type { Section } from './content.js';

const NOTES = [
  'Interval: 95 %, two-sided. Wilson’s score interval where every sample is right or wrong, otherwise Student’s t with n − 1 degrees of freedom. It says how far the score could be off for the choice of samples, not for wrong targets. No interval is given for a single sample that is neither right nor wrong, nor for equal scores.',
  'Leading: an agent is said to lead only where its interval, widened to its worst case, lies above those of all others, widened to their best case. This is cautious: intervals that overlap can still hide a real difference, which a paired comparison of the same samples may show.',
  'Comparison of the two best: paired by sample; McNemar’s exact test where every score is 0 or 1, otherwise the paired t test; the cluster-robust t where the benchmark says what like samples have in common. The two were chosen by their scores, so that a p-value near 0.05 is weak evidence.',
  'Errors: a trial that failed, by the agent or by provider and infrastructure, or whose answer could not be scored, has no score and is counted apart. The worst case counts every planned trial without a score as wrong, the best case as right.',
  'Not ranked: an agent that failed or was cancelled before its last trial, since its score is of other samples.',
  'Latency: of the call that was answered, from request to the whole answer, without the waiting between retries; over trials that got an answer. Tokens a trial: input and output, over the same trials. Cost: of the whole entry; a dash where the price of the model is unknown. Cost per correct: cost divided by the credit that was earned. Consistency: the share of a sample’s epochs that agree with its most common score.',
];

function scoreNote(run: RunView): string {
  const [first] = summarizeRun(run);
  const how = first === undefined || first.reducer === 'mean' ? 'averaged' : `reduced by ${first.reducer}`;
  return first?.reducer === 'collect'
    ? 'Score: the mean over trials, each in 0 … 100 %. n counts scored trials, and those of a sample are taken to be alike.'
    : `Score: the mean over samples, each in 0 … 100 %; the epochs of a sample are ${how} first. n counts samples with enough scored trials for that.`;
}

export const methodNotes = (run: RunView): Section => ({
  heading: 'How to read this',
  blocks: [{ kind: 'list', items: [scoreNote(run), ...NOTES] }],
});
