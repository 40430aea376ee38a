import pino from 'pino';
import { QueryFailedError } from 'typeorm';
import { expect, it } from 'vitest';
import { logError } from './log-error.js';

it('logs what went wrong in a query, and not the texts that it carried', () => {
  let line = '';
  const logger = pino({ serializers: { err: logError } }, { write: (text: string) => void (line = text) });
  const reason = Object.assign(new Error('value out of range'), {
    code: '22003',
    detail: 'the prompt of a user',
  });
  logger.error(
    new QueryFailedError('INSERT INTO samples', ['the prompt of a user'], reason),
    'Storing failed',
  );
  expect(JSON.parse(line)).toMatchObject({
    msg: 'Storing failed',
    err: { type: 'QueryFailedError', code: '22003', message: expect.stringMatching(/out of range/) },
  });
  expect(line).not.toContain('the prompt of a user');
});
