import { z } from 'zod';
import type { Scorer } from '../score.js';
import { commonOptions } from './common-options.js';
import { exact } from './exact.js';
import { includes } from './includes.js';
import { multipleChoice } from './multiple-choice.js';
import { numeric } from './numeric.js';
import { regex } from './regex.js';
import { scorerCatalogue } from './scorer-catalogue.js';

const catalogue = scorerCatalogue([exact, includes, regex, numeric, multipleChoice]);

export const scorerSchema = z.discriminatedUnion(
  'type',
  catalogue.schema.options.map((schema) => schema.safeExtend(commonOptions)) as ScorerSchemas,
);

type ScorerSchemas = [z.ZodObject<{ type: z.ZodLiteral<string> } & typeof commonOptions>];

export type ScorerSpec = z.output<typeof scorerSchema>;

export const bindScorer: (spec: ScorerSpec) => Scorer = catalogue.bind;

export const scorerVersion: (spec: ScorerSpec) => number = catalogue.version;
