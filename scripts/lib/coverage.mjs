import { join } from 'node:path';
import { PROJECT } from './project.mjs';

/** @typedef {Record<string, { lines: { total: number, covered: number } }>} CoverageSummary by file, with a total */

/** Least share of lines, in percent, that tests must run. */
const AREAS = [
  { name: 'libs/scoring', least: 95 },
  { name: 'libs/runs', least: 95 },
  { name: 'everything', least: 85 },
];

/** @param {CoverageSummary} summary */
export const coverageTable = (summary) =>
  measure(summary).map(
    ({ name, percent, least }) => `Lines covered of ${name}: ${percent.toFixed(1)} % (at least ${least} %)`,
  );

/** @param {CoverageSummary} summary @returns {string[]} */
export const coverageProblems = (summary) =>
  measure(summary)
    .filter(({ percent, least }) => percent < least)
    .map(
      ({ name, percent, least }) => `${name} has ${percent.toFixed(1)} % of lines covered, under ${least} %`,
    );

/** An area without a line counts as not covered: it was moved, or nothing was measured. @param {CoverageSummary} summary */
function measure(summary) {
  return AREAS.map((area) => {
    const folder = join(PROJECT, area.name === 'everything' ? '' : area.name, '/');
    let total = 0;
    let covered = 0;
    for (const [path, { lines }] of Object.entries(summary)) {
      if (!path.startsWith(folder)) continue;
      total += lines.total;
      covered += lines.covered;
    }
    return { ...area, percent: total === 0 ? 0 : (100 * covered) / total };
  });
}
