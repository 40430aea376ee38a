import type { Command } from 'commander';
import { EXIT } from '../exit-codes.js';
import { readEnvironment } from '../environment.js';
import { checkLocal } from '../doctor/local-checks.js';
import type { Finding } from '../doctor/finding.js';
import { checkServer } from '../doctor/server-checks.js';
import { checkSettings } from '../doctor/settings-checks.js';
import { Output } from '../output.js';
import { type GlobalOptions } from '../session.js';

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description(
      'Find what is wrong with Node, the configuration, the server, its database, keys; with --local what would keep a local service from starting',
    )
    .option('--agents', 'also try every agent with one cheap call, which may cost money')
    .action(async ({ agents }: { agents?: true }, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const environment = readEnvironment();
      const findings = [
        ...(await checkSettings(environment)),
        ...(await (options.local
          ? checkLocal(environment)
          : checkServer(options, environment, agents ?? false))),
      ];
      new Output(options.json ?? false).answer({ ok: !findings.some(isProblem), findings }, () =>
        findings.flatMap(linesOf),
      );
      const isAway = findings.some(({ check, state }) => check === 'server' && state === 'problem');
      process.exitCode = isAway ? EXIT.unreachable : findings.some(isProblem) ? EXIT.fail : EXIT.pass;
    });
}

const MARKS = { ok: '✓', warning: '!', problem: '✗' };

const isProblem = ({ state }: Finding): boolean => state === 'problem';

const linesOf = ({ check, state, text, fix }: Finding): string[] => [
  `${MARKS[state]} ${check}: ${text}`,
  ...(fix === null ? [] : [`  → ${fix}`]),
];
