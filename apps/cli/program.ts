import { createRequire } from 'node:module';
import { Command } from 'commander';
import { addAgents } from './commands/agents.js';
import { addBenchmarks } from './commands/benchmarks.js';
import { addCompare } from './commands/compare.js';
import { addCompletion } from './commands/completion.js';
import { addDoctor } from './commands/doctor.js';
import { addGate } from './commands/gate.js';
import { addInit } from './commands/init.js';
import { addLogin } from './commands/login.js';
import { addResults } from './commands/results.js';
import { addRun } from './commands/run.js';
import { addTransfer } from './commands/transfer.js';
import { addWatch } from './commands/watch.js';

/** The whole command line. What is wrong with it is thrown as CommanderError and not printed. */
export function buildProgram(): Command {
  const program = new Command('aibench')
    .description('Benchmark AI agents: the command line of the AI Benchmark Service')
    .version((createRequire(import.meta.url)('#package') as { version: string }).version)
    .option(
      '--url <url>',
      'of the server; else AIBENCH_URL, else the one signed in to, else http://127.0.0.1:8000',
    )
    .option('--local', 'start a service on this machine for this command alone, and stop it afterwards')
    .option('--json', 'answer with one JSON document; errors too, on standard error')
    .addHelpText(
      'after',
      '\nExit codes: 0 done or passed, 1 failed, 2 wrong usage, 3 inconclusive, 4 server unreachable, 70 a bug, 130 interrupted.',
    );
  const add = [
    addLogin,
    addInit,
    addBenchmarks,
    addAgents,
    addRun,
    addWatch,
    addResults,
    addCompare,
    addGate,
    addTransfer,
    addDoctor,
    addCompletion,
  ];
  for (const each of add) each(program);
  quieten(program);
  return program;
}

/** Options of the program stand in the help of each command, as they may be given there. */
function quieten(command: Command): void {
  command
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
    .configureHelp({ showGlobalOptions: true })
    .helpCommand(false);
  command.commands.forEach(quieten);
}
