import { describe, expect, it } from 'vitest';
import { madeBy, targetOf } from './audit-target.js';

const READABLE = new Set([
  '/api/v1/runs',
  '/api/v1/runs/:',
  '/api/v1/runs/:/labels',
  '/api/v1/agents/:',
  '/api/v1/webhooks/:',
  '/api/v1/score-sets/:',
  '/api/v1/results/:/:/:',
]);

describe('what a request is about', () => {
  it.each([
    ['/api/v1/webhooks/:webhook_id', '/api/v1/webhooks/7', 'webhooks', '7', '/api/v1/webhooks/7'],
    ['/api/v1/runs/:run_id/cancel', '/api/v1/runs/7/cancel', 'runs', '7', '/api/v1/runs/7'],
    ['/api/v1/agents/:agent/check', '/api/v1/agents/a%2Fb/check', 'agents', 'a/b', '/api/v1/agents/a%2Fb'],
    ['/api/v1/runs/:run_id/labels', '/api/v1/runs/7/labels', 'runs', '7', undefined],
    ['/api/v1/runs/:run_id/labels/:label_id', '/api/v1/runs/7/labels/8', 'labels', '8', undefined],
    ['/api/v1/results/:a/:b/:c/override', '/api/v1/results/1/2/3/override', 'results', '3', undefined],
    ['/api/v1/agents', '/api/v1/agents', 'agents', null, undefined],
    ['/api/benchmark/run', '/api/benchmark/run', 'runs', null, undefined],
  ])('is read from the pattern %s and the path %s', (pattern, path, type, id, shown) =>
    expect(targetOf(pattern, path, READABLE)).toEqual({
      type,
      id,
      ...(shown === undefined ? {} : { path: shown }),
    }),
  );

  it.each([
    ['/api/v1/agents', { id: 'x1', name: 'gpt' }, 'agents', 'x1'],
    ['/api/v1/runs/:run_id/score-sets', { id: 's1' }, 'score-sets', 's1'],
  ])('is read from the answer where %s made it', (pattern, answer, type, id) => {
    const target = targetOf(pattern, pattern.replace(':run_id', '7'), READABLE);
    expect(madeBy(answer, pattern, target, READABLE)).toEqual({ type, id, path: `/api/v1/${type}/${id}` });
  });

  it('is a new run without a look at it, since it goes on by itself', () => {
    const pattern = '/api/benchmark/run';
    const target = targetOf(pattern, pattern, READABLE);
    expect(madeBy({ run_id: 'r1' }, pattern, target, READABLE)).toEqual({ type: 'runs', id: 'r1' });
  });

  it('is what the request named where the answer names nothing that can be read', () => {
    const target = { type: 'runs', id: '7' };
    expect(madeBy({ stored: 2 }, '/api/v1/runs/:run_id/labels', target, READABLE)).toEqual(target);
    expect(madeBy(undefined, '/api/v1/runs/:run_id/labels', target, READABLE)).toEqual(target);
  });
});
