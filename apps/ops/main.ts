import 'reflect-metadata';
import { CommanderError } from 'commander';
import { AppError } from '#libs/common';
import { EXIT } from './exit-codes.js';
import { buildProgram } from './program.js';

// An end by `exit` stops the Postgres that was started for this; by the signal it would go on without us.
for (const [signal, number] of Object.entries({ SIGHUP: 1, SIGINT: 2, SIGTERM: 15 }))
  process.once(signal, () => process.exit(128 + number));

try {
  const program = buildProgram(console.log);
  for (const command of [program, ...program.commands]) command.exitOverride();
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Help was asked for, or commander has said what is wrong.
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  } else {
    // An AppError says what to do; of anything else the stack is all there is.
    console.error(error instanceof AppError ? `ops: ${error.message}` : error);
    process.exitCode = error instanceof AppError && error.kind === 'invalid' ? EXIT.usage : EXIT.failed;
  }
}
