import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import {
  compareEntries,
  ComparisonReader,
  DeductionsReader,
  MARGIN,
  namesOf,
  ranked,
  SampleScoresReader,
  summarizeRun,
} from '#libs/analytics';
import { AppError, contentHash } from '#libs/common';
import type { RunView } from '#libs/runs';
import type { BestPair } from './best-pair.js';

export const REPORT_FORMATS = ['pdf', 'html'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** Of reports of all formats together. */
const KEPT_BYTES = 32 * 1024 * 1024;

/** Reads what a report needs besides the run, and draws it. */
@Injectable()
export class ReportsService {
  /** What was drawn, by all that it says: a PDF holds the process's one thread for a quarter of a second. */
  private readonly drawn = new LRUCache<string, Buffer>({
    maxSize: KEPT_BYTES,
    sizeCalculation: ({ length }) => length,
  });

  constructor(
    private readonly comparisons: ComparisonReader,
    private readonly scores: SampleScoresReader,
    private readonly deductions: DeductionsReader,
  ) {}

  async render(workspaceId: string, run: RunView, format: ReportFormat): Promise<Buffer> {
    const [pair, deductions] = await Promise.all([
      this.bestPair(workspaceId, run),
      this.deductions.deductionsIfKept(run),
    ]);
    const key = contentHash([format, run, pair, deductions]);
    const known = this.drawn.get(key);
    if (known) return known;
    // Charts and fonts are megabytes of code, which only who asks for a report has to hold.
    const { renderHtml, renderPdf } = await import('./report-renderer.js');
    const bytes =
      format === 'pdf'
        ? await renderPdf(run, pair, deductions)
        : Buffer.from(renderHtml(run, pair, deductions));
    this.drawn.set(key, bytes);
    return bytes;
  }

  private async bestPair(workspaceId: string, run: RunView): Promise<BestPair | null> {
    const best = ranked(summarizeRun(run)).slice(0, 2);
    if (best.length < 2) return null;
    const entries = await this.comparisons.entries(
      workspaceId,
      best.map(({ entryId }) => entryId),
    );
    const samples = await this.scores.byName(entries);
    const { of: clusterOf } = await this.comparisons.clustering(entries);
    const names = namesOf(entries);
    const compared = entries.map((entry, i) => ({
      entryId: entry.entryId,
      name: names[i]!,
      samples: samples[i]!,
    }));
    try {
      const [pair] = compareEntries(compared, { margin: MARGIN, clusterOf, bootstrap: false });
      return pair ? { ...pair, candidate: best[0]!.agent, baseline: best[1]!.agent } : null;
    } catch (error) {
      // Nothing to compare is nothing to say; the rest of the report stands.
      if (error instanceof AppError && error.code === 'no_shared_samples') return null;
      throw error;
    }
  }
}
