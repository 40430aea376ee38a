import 'reflect-metadata';
import { CommanderError } from 'commander';
import { AppError } from '#libs/common';
import { EXIT } from './exit-codes.js';
import { buildProgram } from './program.js';

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
