import type { Omission } from '#libs/benchmarks';
import type { InspectSample } from './inspect-log.js';
import { scoresOf, type UnscoredTrial } from './inspect-trial.js';

/** What a benchmark's definition takes at most. */
const MAX_SCORERS = 16;

/** Counts while a log is read, what decides afterwards: which scorers are carried over, and what is not. */
export class LogCensus {
  private readonly scorers = new Map<string, { good: number; bad: number; example?: string }>();
  private readonly seen = { noTarget: 0, messages: 0, reasoning: 0, files: 0, noCost: 0 };

  note(sample: InspectSample, { line, values }: UnscoredTrial): void {
    for (const [name, { value }] of Object.entries(values)) {
      const scorer = this.scorers.get(name) ?? { good: 0, bad: 0 };
      if (typeof value === 'number') scorer.good++;
      else if (value === undefined) {
        scorer.bad++;
        scorer.example ??= JSON.stringify(scoresOf(sample)[name]?.value)?.slice(0, 80);
      }
      this.scorers.set(name, scorer);
    }
    if ([sample.target].flat().every((target) => target === '')) this.seen.noTarget++;
    if (typeof sample.input !== 'string') this.seen.messages++;
    if (
      sample.messages.some(
        ({ content }) => Array.isArray(content) && content.some(({ type }) => type === 'reasoning'),
      )
    ) {
      this.seen.reasoning++;
    }
    if (['files', 'setup', 'sandbox'].some((key) => sample[key] !== undefined && sample[key] !== null))
      this.seen.files++;
    if (line.cost_usd === null) this.seen.noCost++;
  }

  /** The scorers whose every value has a place here: Inspect's name → ours. A part of the values would be biased. */
  carried(): Map<string, string> {
    const names = new Map<string, string>();
    for (const [theirs, { good, bad }] of this.scorers) {
      if (good === 0 || bad > 0 || names.size === MAX_SCORERS) continue;
      const plain =
        theirs
          .toLowerCase()
          .replace(/[^a-z0-9_]+/g, '_')
          .replace(/^[^a-z]+/, '')
          .slice(0, 58) || 'scorer';
      const taken = [...names.values()];
      names.set(theirs, taken.includes(plain) ? `${plain}_${names.size + 1}` : plain);
    }
    return names;
  }

  omissions(): Omission[] {
    const carried = this.carried();
    const scorers = [...this.scorers]
      .filter(([name]) => !carried.has(name))
      .map(([name, { bad, example }]) => ({
        key: `samples.scores.${name}`,
        reason:
          bad > 0
            ? `${bad} of its values are no number from 0 to 1, such as ${example}; a scorer is carried over as a whole or not.`
            : 'It gave no value, or there are too many scorers.',
      }));
    const { noTarget, messages, reasoning, files, noCost } = this.seen;
    const counted: [number, string, string][] = [
      [noTarget, 'samples.target', 'is empty; here it reads "(no target)"'],
      [
        messages,
        'samples.input',
        "is a list of messages; the text of the user's is the input, and transcripts hold all",
      ],
      [reasoning, 'samples.messages', 'hold reasoning of the model, which is left out'],
      [files, 'samples.files', 'or a sandbox or a setup, which are left out'],
      [noCost, 'samples.model_usage', 'says no cost; it counts as 0'],
    ];
    return [
      ...scorers,
      ...counted
        .filter(([n]) => n > 0)
        .map(([n, key, what]) => ({ key, reason: `Of ${n} trials: ${what}.` })),
    ];
  }
}
