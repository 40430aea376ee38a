import { describe, expect, it } from 'vitest';
import { AdapterRegistry } from './adapter-registry.js';
import { BaselineAdapterFactory } from './baseline/baseline-adapter-factory.js';
import { ReplayAdapterFactory } from './replay/replay-adapter-factory.js';
import { InMemoryRecordingSource } from './testing/index.js';

const baseline = new BaselineAdapterFactory();
const registry = new AdapterRegistry([baseline, new ReplayAdapterFactory(new InMemoryRecordingSource())]);

describe('AdapterRegistry', () => {
  it('finds a factory by its kind', () => {
    expect(registry.kinds()).toEqual(['baseline', 'replay']);
    expect(registry.factory('baseline')).toBe(baseline);
  });

  it.each(['basline', '', 'constructor'])('does not know "%s", and says what it knows', (kind) => {
    expect(() => registry.factory(kind)).toThrow(
      expect.objectContaining({
        kind: 'invalid',
        code: 'unknown_adapter',
        message: expect.stringContaining('baseline, replay') as unknown,
      }) as Error,
    );
  });

  it('refuses to start with two factories of one kind', () => {
    expect(() => new AdapterRegistry([baseline, new BaselineAdapterFactory()])).toThrow('"baseline"');
  });
});
