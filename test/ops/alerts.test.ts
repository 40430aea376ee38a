import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { ensureProgram } from '../../scripts/lib/ensure-debian.mjs';
import { report } from './report.js';

const PROJECT = join(import.meta.dirname, '../..');
const PROMETHEUS = join(PROJECT, 'docker/prometheus');
const load = (path: string): any => parse(readFileSync(join(PROMETHEUS, path), 'utf8'));

const TESTS = ['tests/alerts.yml', 'tests/slow-alerts.yml'];
const alerts: any[] = load('rules/alerts.yml').groups.flatMap((group: any) => group.rules);
const cases: any[] = TESTS.flatMap((file) => load(file).tests).flatMap((test) => test.alert_rule_test);
const promtool = await ensureProgram('promtool', 'prometheus');

describe.each(alerts.map((alert) => [alert.alert, alert]))('the alert %s', (name, alert) => {
  it('has a case in which it fires and one in which it is silent', () => {
    const expected = cases
      .filter(({ alertname }) => alertname === name)
      .map(({ exp_alerts }) => exp_alerts.length);
    expect(expected.sort()).toEqual([0, 1]);
  });

  it('says how grave it is and leads to a page that tells what to do', () => {
    const { severity } = alert.labels;
    const { summary, runbook_url: path } = alert.annotations;
    expect(['critical', 'warning']).toContain(severity);
    expect(summary).toBeTruthy();
    expect(existsSync(join(PROJECT, path)), path).toBe(true);
    const page = readFileSync(join(PROJECT, path), 'utf8');
    expect(page).toMatch(new RegExp(`^# ${name}\n`));
    for (const part of ['Symptom', 'Meaning', 'Diagnosis', 'What to do', 'Who'])
      expect(page).toContain(`**${part}.**`);
  });
});

describe.skipIf(promtool === undefined)('promtool', () => {
  const run = async (...args: string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)(promtool as string, args, { cwd: PROMETHEUS });
    return stdout;
  };

  it('finds nothing wrong with the configuration and the rules', async () => {
    expect(await run('check', 'config', '--syntax-only', '--lint-fatal', 'prometheus.yml')).toContain(
      'SUCCESS',
    );
    expect(await run('check', 'rules', 'rules/alerts.yml', 'rules/recording.yml')).toContain('SUCCESS');
  });

  it('has every alert fire and be silent as its cases say', async () => {
    expect(await run('test', 'rules', ...TESTS)).toContain('SUCCESS');
    report({ alerts: alerts.length, alert_cases: cases.length });
  }, 300_000);
});
