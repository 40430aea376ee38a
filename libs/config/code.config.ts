import { z } from 'zod';
import { oneOf } from './env.js';

export const codeSchema = z.object({ CODE_SANDBOX_PYTHON: oneOf(['on', 'off'], 'off') }).transform((env) => ({
  /** Whether agents' Python may be run, in a sandbox. */
  python: env.CODE_SANDBOX_PYTHON === 'on',
}));
