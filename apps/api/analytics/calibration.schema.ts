import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import type {
  Alpha,
  CalibratedEntry,
  Calibration,
  Confusion,
  Kappa,
  PairAgreement,
  Share,
} from '#libs/analytics';
import { reference } from './compare.schema.js';

const threshold = z.coerce.number().min(0).max(1).default(0.5);

const calibrationQuerySchema = z.strictObject({
  run: reference,
  scorer: z
    .string()
    .max(64)
    .optional()
    .describe("The judge: name of a scorer; without it, the trial's score"),
  threshold: threshold.describe('From which value on the judge accepts an answer'),
  label_threshold: threshold.describe('From which value on a label says that an answer is right'),
});

const share = z.number().min(0).max(1);
const measure = z.number().min(-1).max(1).nullable();
const interval = { ci_low: z.number().nullable().describe('95 %'), ci_high: z.number().nullable() };

const countedSchema = z.object({ count: z.number(), n: z.int(), value: share.nullable(), ...interval });
const confusionSchema = z.object({
  true_positive: z.int().describe('Right, and accepted'),
  false_positive: z.int(),
  true_negative: z.int().describe('Wrong, and rejected'),
  false_negative: z.int(),
});
const kappaSchema = z.object({
  n: z.int(),
  agreement: share,
  kappa: measure.describe('Null where only one label occurs'),
  ...interval,
});
const alphaSchema = z.object({
  units: z.int().describe('Trials with two ratings or more'),
  alpha: measure.describe('Null where there are none, or all ratings are equal'),
  ...interval,
});
const pairSchema = {
  binary: kappaSchema.describe("Cohen's kappa of right and wrong by the thresholds"),
  weighted: kappaSchema.nullable().describe('With quadratic weights; null where all values are 0 or 1'),
};

const calibrationSchema = z.object({
  run_id: z.uuid(),
  scorer: z.string().nullable(),
  threshold: share,
  label_threshold: share,
  confidence: z.number(),
  n: z.int().describe('Labelled trials that the judge has a value for, and of which people are not divided'),
  left_out: z.object({
    unjudged: z.int().describe('Labelled trials that the judge has no value for'),
    divided: z.int().describe('Trials of which as many people say right as say wrong'),
    without_value: z.int().describe('Labels that are a category alone'),
  }),
  confusion: confusionSchema,
  sensitivity: countedSchema.describe('Of right answers, those that the judge accepts'),
  specificity: countedSchema.describe('Of wrong answers, those that the judge rejects'),
  kappa: kappaSchema.nullable().describe('Of the judge with what most people say'),
  scale: z
    .enum(['binary', 'ordinal'])
    .describe('Of the values that judge and people gave; the alphas are of it'),
  raters: z.array(
    z.object({ rater: z.string(), labels: z.int(), with_judge: z.object(pairSchema).nullable() }),
  ),
  pairs: z
    .array(z.object({ raters: z.array(z.string()).length(2), ...pairSchema }))
    .describe('Of the 20 people with the most labels, those who labelled the same trials'),
  krippendorff: z.object({
    raters: alphaSchema.describe('Of people'),
    with_judge: alphaSchema.describe('With the judge as one more'),
  }),
  entries: z.array(
    z.object({
      id: z.uuid(),
      agent: z.string(),
      confusion: confusionSchema,
      judged: countedSchema.describe('Samples that the judge accepts'),
      corrected: z
        .object({ value: share, ci_low: share, ci_high: share })
        .nullable()
        .describe('What is right, by Rogan and Gladen, with the interval of Lang and Reiczigel'),
    }),
  ),
  uncorrectable: z.string().nullable().describe('Why no score can be corrected'),
});

export class CalibrationQuery extends createZodDto(calibrationQuerySchema) {}
export class CalibrationDto extends createZodDto(calibrationSchema) {}

const intervalJson = (given: { low: number; high: number } | null) => ({
  ci_low: given?.low ?? null,
  ci_high: given?.high ?? null,
});

const toCountedJson = ({ successes, n, value, interval: ci }: Share) => ({
  ...{ count: successes, n, value },
  ...intervalJson(ci),
});

const toKappaJson = ({ n, agreement, kappa, interval: ci }: Kappa) => ({
  ...{ n, agreement, kappa },
  ...intervalJson(ci),
});

const toAlphaJson = ({ units, alpha, interval: ci }: Alpha) => ({ units, alpha, ...intervalJson(ci) });

const toPairJson = ({ binary, weighted }: PairAgreement) => ({
  binary: toKappaJson(binary),
  weighted: weighted && toKappaJson(weighted),
});

const toConfusionJson = (confusion: Confusion) => ({
  true_positive: confusion.truePositive,
  false_positive: confusion.falsePositive,
  true_negative: confusion.trueNegative,
  false_negative: confusion.falseNegative,
});

const toEntryJson = ({ entryId, agent, confusion, judged, corrected }: CalibratedEntry) => ({
  id: entryId,
  agent,
  confusion: toConfusionJson(confusion),
  judged: toCountedJson(judged),
  corrected: corrected && {
    value: corrected.share,
    ci_low: corrected.interval.low,
    ci_high: corrected.interval.high,
  },
});

export function toCalibrationJson(
  { run, scorer, threshold: accepts, label_threshold }: z.output<typeof calibrationQuerySchema>,
  { agreement, ...calibration }: Calibration,
  withoutValue: number,
): z.infer<typeof calibrationSchema> {
  const { isBinary, raters, pairs, alphaOfRaters, alphaWithJudge } = agreement;
  return {
    run_id: run,
    scorer: scorer ?? null,
    threshold: accepts,
    label_threshold,
    confidence: 0.95,
    n: calibration.n,
    left_out: {
      unjudged: calibration.unjudged,
      divided: calibration.divided,
      without_value: withoutValue,
    },
    confusion: toConfusionJson(calibration.confusion),
    sensitivity: toCountedJson(calibration.sensitivity),
    specificity: toCountedJson(calibration.specificity),
    kappa: calibration.kappa && toKappaJson(calibration.kappa),
    scale: isBinary ? 'binary' : 'ordinal',
    raters: raters.map(({ rater, labels, withJudge }) => ({
      ...{ rater, labels, with_judge: withJudge && toPairJson(withJudge) },
    })),
    pairs: pairs.map((pair) => ({ raters: pair.raters, ...toPairJson(pair) })),
    krippendorff: { raters: toAlphaJson(alphaOfRaters), with_judge: toAlphaJson(alphaWithJudge) },
    entries: calibration.entries.map(toEntryJson),
    uncorrectable: calibration.uncorrectable,
  };
}
