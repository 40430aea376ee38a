import { API_FAULTS } from './faults/api-faults.js';
import { CLOCK_FAULTS } from './faults/clock-faults.js';
import { DATABASE_FAULTS } from './faults/database-faults.js';
import { NETWORK_FAULTS } from './faults/network-faults.js';
import { PROVIDER_FAULTS } from './faults/provider-faults.js';
import { QUEUE_FAULTS } from './faults/queue-faults.js';
import { WORKER_FAULTS } from './faults/worker-faults.js';
import { reportTable } from './report-table.js';
import { tryFault, type Report } from './trial-by-fault.js';
import { World } from './world.js';

/**
 * npm run chaos [-- <fault> ...]: whether a run loses or repeats anything, whatever fails. CHAOS=short for fewer
 * trials. The last line is JSON; the exit code is 0 only if every fault that was run was survived.
 * Faults that share a fleet of processes stand together.
 */
const FAULTS = [
  ...QUEUE_FAULTS,
  ...DATABASE_FAULTS,
  ...PROVIDER_FAULTS,
  ...WORKER_FAULTS,
  ...CLOCK_FAULTS,
  ...API_FAULTS,
  ...NETWORK_FAULTS,
];

function chosen(names: string[]): typeof FAULTS {
  const unknown = names.filter((name) => !FAULTS.some((fault) => fault.name === name));
  if (unknown.length > 0) {
    throw new Error(
      `No such fault: ${unknown.join(', ')}. There are ${FAULTS.map(({ name }) => name).join(', ')}.`,
    );
  }
  return names.length === 0 ? FAULTS : FAULTS.filter(({ name }) => names.includes(name));
}

async function main(): Promise<boolean> {
  const faults = chosen(process.argv.slice(2));
  const world = await World.start();
  const reports: Report[] = [];
  for (const fault of faults) {
    const report = await tryFault(fault, world);
    reports.push(report);
    const problems = report.problems.map((problem) => `; ${problem}`).join('');
    console.log(
      `${reports.length}/${faults.length} ${fault.name}: ${report.verdict} in ${report.tookS.toFixed(1)} s (${report.struck})${problems}`,
    );
  }
  const ran = reports.filter(({ verdict }) => verdict !== 'not run');
  const survived = ran.filter(({ verdict }) => verdict === 'survived').length;
  const all = survived === ran.length;
  await world.stop(!all);
  console.log(`\n${reportTable(reports)}`);
  if (!all) console.log(`The processes' logs are in ${world.logs}`);
  const sum = (count: (report: Report) => number): number => ran.reduce((n, report) => n + count(report), 0);
  console.log(
    JSON.stringify({
      faults: ran.length,
      survived,
      lost: sum(({ lost }) => lost),
      duplicated: sum(({ findings }) => findings?.duplicates ?? 0),
    }),
  );
  return all;
}

process.exit((await main()) ? 0 : 1);
