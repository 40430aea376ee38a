import { CommanderError } from 'commander';
import { CliError } from './cli-error.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { buildProgram } from './program.js';
import { printable } from './terminal/printable.js';

/**
 * Runs a command line to its end. What goes wrong is told on standard error: in words, or with --json as
 * `{"error": {"message", "code", "findings", "exit_code"}}`.
 */
export async function runProgram(args: string[]): Promise<number> {
  // A reader that has seen enough, such as `head`, is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.pass);
    throw error;
  });
  try {
    await buildProgram().parseAsync(args, { from: 'user' });
    return Number(process.exitCode ?? EXIT.pass);
  } catch (error) {
    return tell(error, args.includes('--json'));
  }
}

function tell(error: unknown, asJson: boolean): ExitCode {
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT.pass;
  const { exitCode, message, code, findings } = describe(error);
  if (message !== '') {
    const text = asJson
      ? JSON.stringify({ error: { message, code, findings, exit_code: exitCode } })
      : printable([`aibench: ${message}`, ...findings.map((finding) => `  ${finding}`)].join('\n'));
    process.stderr.write(`${text}\n`);
  }
  return exitCode;
}

function describe(error: unknown) {
  if (error instanceof CommanderError)
    return {
      exitCode: EXIT.usage,
      // Help that was printed for want of a command has said all.
      message: error.code === 'commander.help' ? '' : inWords(error),
      code: 'usage',
      findings: [],
    };
  if (error instanceof CliError) {
    const { exitCode, message, details } = error;
    return { exitCode, message, code: details.code ?? 'error', findings: details.findings ?? [] };
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { exitCode: EXIT.bug, message: `This is a bug of aibench: ${text}`, code: 'bug', findings: [] };
}

const inWords = ({ message }: CommanderError): string =>
  `${message.replace(/^error: /, '').replace(/[^.?)]$/, '$&.')} See \`aibench --help\`.`;
