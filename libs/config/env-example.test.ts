import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppConfig } from './app-config.js';

const PROJECT = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(PROJECT, path), 'utf8');

const variables = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.config.ts'))
  .flatMap((name) => [...read(`libs/config/${name}`).matchAll(/\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*):/g)])
  .map((match) => match[1] as string);

describe('every variable of the configuration', () => {
  it('is found in the schemas', () => {
    expect(variables).toEqual(expect.arrayContaining(['HOST', 'DATABASE_URL', 'AGENT_MAX_ATTEMPTS']));
  });

  it.each(variables)('%s stands in .env.example and in the README', (variable) => {
    expect(read('.env.example')).toMatch(new RegExp(`^# ${variable}=`, 'm'));
    expect(read('README.md')).toMatch(new RegExp(`\`${variable}\`.*\\|`));
  });

  it('stands in .env.example with its default', () => {
    const lines = [...read('.env.example').matchAll(/^# ([A-Z_]+)=(.*)$/gm)];
    const examples = Object.fromEntries(lines.map(([, variable, value]) => [variable, value]));
    // What these show is how a value looks: their default is none.
    const env = { ...examples, PORT: '', DATABASE_URL: '', REDIS_URL: '' };
    expect(new AppConfig(env)).toEqual(new AppConfig({}));
  });
});
