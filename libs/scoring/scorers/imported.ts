import { z } from 'zod';
import { Unscorable } from '../score.js';
import { defineScorer } from './define-scorer.js';

/**
 * A scorer of another tool, whose scores came with a run that was run there. It stands in a definition so that scores of
 * different origin are not compared; it can judge nothing here.
 */
export const imported = defineScorer({
  type: 'imported',
  version: 1,
  options: {
    tool: z.string().min(1).max(100),
    scorer: z.string().min(1).max(200).describe('What it is called there'),
    options: z.record(z.string(), z.unknown()).optional().describe('As it was set there'),
  },
  bind: ({ tool, scorer }) => ({
    score() {
      throw new Unscorable(
        'imported_scorer',
        `The scorer "${scorer}" is one of ${tool} and cannot run here.`,
      );
    },
    targetProblem: () => null,
  }),
});
