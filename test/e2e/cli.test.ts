import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CliUser, PROJECT, type CliOptions, type CliResult } from '#test/support/cli';
import { startProviderServer, type ProviderServer } from '#test/support/provider-server';
import { startTestService, type TestService } from '#test/support/service';
import { SpawnedService } from '#test/support/spawned-service';

const SAMPLES = Array.from({ length: 30 }, (_, i) => ({ id: `q${i}`, input: `Question ${i}`, target: 'A' }));
const SUITE = JSON.stringify({
  name: 'letters',
  title: 'Letters \u001b[31min red\u0007',
  prompt: { messages: [{ role: 'user', content: '{{ input }}' }] },
  scoring: { scorers: [{ type: 'exact' }] },
  samples: SAMPLES,
});

describe('the command line', { timeout: 180_000 }, () => {
  let service: TestService;
  /** Asks for a key. */
  let guarded: { url: string };
  let guard: SpawnedService;
  let provider: ProviderServer;
  let user: CliUser;
  /** Of the agents that answer always right and always wrong. */
  let right: string;
  let wrong: string;

  const aibench = (args: string[], options: CliOptions = {}): Promise<CliResult> =>
    user.aibench(args, { ...options, env: { AIBENCH_URL: service.url, ...options.env } });
  const json = async (...args: string[]): Promise<any> => {
    const { stdout, stderr } = await aibench([...args, '--json']);
    expect(stdout, stderr).not.toBe('');
    return JSON.parse(stdout);
  };

  beforeAll(async () => {
    provider = await startProviderServer({ answer: () => 'A' });
    service = await startTestService({ LOCAL_MODELS: 'on' });
    guard = await SpawnedService.create({ AUTH_MODE: 'token' });
    guarded = await guard.start();
    user = await CliUser.create();
    await writeFile(join(user.folder, 'letters.json'), SUITE);
    for (const [name, answer] of [
      ['right', 'A'],
      ['wrong', 'B'],
    ])
      await service.post('/api/v1/agents', {
        name,
        adapter: 'baseline',
        model: 'constant',
        settings: { answer },
      });
    await service.post('/api/v1/agents', {
      name: 'slow',
      adapter: 'openai',
      model: 'slow',
      settings: { base_url: `${provider.url}/v1` },
    });
    right = (await json('run', 'letters.json', '--agent', 'right')).id;
    wrong = (await json('run', 'letters.json', '--agent', 'wrong')).id;
  });
  afterAll(async () => {
    await service?.close();
    await guard?.remove();
    await provider?.close();
    await user?.remove();
  });

  it('answers on standard output in a pipe, and tells of progress on standard error', async () => {
    const { code, stdout, stderr } = await aibench([
      'run',
      'letters.json',
      '-a',
      'right',
      '-a',
      'baseline:random',
    ]);
    expect(code).toBe(0);
    expect(stdout.split('\n')[0]).toMatch(/^Agent +Score +95 % interval/);
    expect(stdout).toMatch(/^right +100\.0 %/m);
    expect(stdout).toMatch(/^baseline:random/m);
    expect(stderr).toMatch(/letters ██████████████████████████████ 100 % {2}60\/60/);
    expect(stderr).toContain('letters.json is letters@1, 30 samples');
    expect(stdout + stderr).not.toContain('\r');
  });

  it.each([80, 120])('fits a terminal of %i columns', async (columns) => {
    const { code, stdout } = await aibench(['run', 'letters', '-a', 'right', '-a', 'wrong'], { columns });
    expect(code).toBe(0);
    expect(stdout).toContain('\r\u001b[K');
    const lines = stdout.split(/[\r\n]+/).map((line) => line.replace('\u001b[K', ''));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    expect(lines.some((line) => line.startsWith('Agent') && line.includes('p95') === (columns === 120))).toBe(
      true,
    );
  });

  it('says which version it is', async () => {
    expect(await aibench(['--version'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });

  it('has JSON for every answer', async () => {
    expect((await json('benchmarks')).items[0].name).toBe('letters');
    expect((await json('agents')).items.map((agent: any) => agent.name)).toContain('right');
    expect((await json('results')).items.map((run: any) => run.id)).toContain(right);
    expect((await json('results', right)).entries[0].summary.score).toBe(1);
    expect((await json('results', wrong, '--wrong')).items).toHaveLength(20);
    expect((await json('watch', right)).status).toBe('completed');
    expect((await json('compare', right, wrong)).pairs[0].verdict).toBe('better');
    expect((await json('agents', 'check', 'right')).ok).toBe(true);
    expect((await json('completion', 'bash')).script).toContain('complete ');
    expect((await json('benchmarks', 'publish', 'letters.json', '--dry-run')).would_create).toBe(false);
    expect((await json('doctor', '--agents')).findings).toContainEqual({
      check: 'agent right',
      state: 'ok',
      text: 'answers',
      fix: null,
    });
  });

  it('decides gates by exit codes 0, 1 and 3, and writes their reports', async () => {
    const gate = (candidate: string, baseline: string, ...rest: string[]): Promise<CliResult> =>
      aibench(['gate', '-c', candidate, '-b', baseline, ...rest]);
    const reports = ['--junit', 'junit.xml', '--markdown', 'gate.md', '--svg', 'forest.svg'];
    const passed = await gate(right, `${wrong}/wrong`, '-r', 'score:0.02', ...reports);
    expect(passed).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Gate: pass\nright@1 against wrong@1/),
    });
    const read = (file: string): Promise<string> => readFile(join(user.folder, file), 'utf8');
    expect(await read('junit.xml')).toContain('<testsuites tests="1" failures="0"');
    expect(await read('gate.md')).toMatch(/^## Gate: pass[^]*```\nscore [^]*●/);
    expect(await read('forest.svg')).toMatch(/^<svg [^]*right@1 against wrong@1[^]*<\/svg>\n$/);

    expect(await gate(wrong, right, '-r', 'score:0.02')).toMatchObject({ code: 1 });
    expect(await gate(right, wrong, '-r', 'score>=0.99')).toMatchObject({ code: 3 });
    const misspelt = await gate(right, wrong, '-r', 'skore:1');
    expect(misspelt).toMatchObject({ code: 2, stderr: expect.stringContaining('Metrics are score,') });
  });

  it('keeps the baseline of a branch in a file', async () => {
    const saved = await aibench(['run', 'letters', '-a', 'right', '--save-baseline', 'main']);
    expect(saved).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('Kept as the baseline of branch main'),
    });
    const gate = ['gate', '-c', `${wrong}/wrong`, '-r', 'score:0.02', '--baseline'];
    expect(await aibench([...gate, 'branch:main'])).toMatchObject({ code: 1 });
    const unknown = await aibench([...gate, 'branch:next']);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('has no baseline of benchmark "letters" for branch "next"');
  });

  it.each([
    [['run', 'letters'], 2, "required option '-a, --agent <agent>' not specified."],
    [['run', 'letters', '-a', 'right', '--epochs', 'many'], 2, 'It has to be a whole number from 1.'],
    [['run', 'letters', '-a', 'wright'], 2, 'Nearest known: right'],
    [['run', 'missing.yaml', '-a', 'right'], 2, 'Cannot read missing.yaml'],
    [['watsch'], 2, 'Did you mean watch?'],
    [['results', '01a20e16-07b7-7099-8686-9ce8017fbe6b'], 2, 'aibench: There is no run'],
    [['results', '--url', 'http://127.0.0.1:9'], 4, 'No answer from http://127.0.0.1:9'],
  ])('%j ends with exit code %i and says why', async (args, code, words) => {
    const result = await aibench(args);
    expect(result).toMatchObject({ code, stdout: '' });
    expect(result.stderr).toContain(words);
    const { error } = JSON.parse((await aibench([...args, '--json'])).stderr.trim().split('\n').at(-1) ?? '');
    expect(error.exit_code).toBe(code);
  });

  it('names the line of every mistake in a definition file', async () => {
    await writeFile(join(user.folder, 'broken.yaml'), 'name: broken\nsamples: []\nscoring: {}\n');
    const { code, stderr } = await aibench(['run', 'broken.yaml', '-a', 'right']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^ {2}line \d+: /m);
  });

  it('prints no escape sequence that somebody else wrote', async () => {
    const { stdout } = await aibench(['benchmarks'], { columns: 120 });
    expect(stdout).toContain('Letters in red\uFFFD');
    expect(stdout).not.toContain('\u001b');
  });

  it('leaves the run going on Ctrl-C, and follows it again', async () => {
    provider.behave({ delayMs: 1000 });
    let isFirst = true;
    const { code, stderr } = await aibench(['run', 'letters', '-a', 'slow', '--concurrency', '1'], {
      onOutput: (text, interrupt) => {
        if (isFirst && text.includes('0 %')) interrupt();
        isFirst &&= !text.includes('0 %');
      },
    });
    expect(code).toBe(130);
    const [, runId = ''] = /aibench watch (\S+)/.exec(stderr) ?? [];
    expect((await service.get(`/api/v1/runs/${runId}`)).body.status).toBe('processing');
    provider.behave({});
    expect(await aibench(['watch', runId])).toMatchObject({ code: 0 });

    provider.behave({ delayMs: 1000 });
    const { id } = await json('run', 'letters', '-a', 'slow', '--concurrency', '1', '--detach');
    expect((await json('cancel', id)).status).toBe('cancelled');
    expect(await aibench(['watch', id])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('was cancelled'),
    });
    provider.behave({});
  });

  it('carries a run to another place and back', async () => {
    expect(await aibench(['export', right, '-f', 'run', '-o', 'run.jsonl.gz'])).toMatchObject({ code: 0 });
    expect((await json('import', 'run.jsonl.gz')).id).toBe(right);
    const csv = await aibench(['export', right, '-o', '-']);
    expect(csv.stdout.split('\n').filter(Boolean)).toHaveLength(31);
  });

  it('signs in with a key that the server takes, and keeps it to itself', async () => {
    const refused = await user.aibench(['login', guarded.url], { input: 'aik_wrong\n' });
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('The key was refused by') });
    const config = join(user.folder, '.config/aibench/config.json');
    await expect(stat(config)).rejects.toThrow('ENOENT');
    const keyless = await user.aibench(['agents'], { env: { AIBENCH_URL: guarded.url } });
    expect(keyless).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`aibench login ${guarded.url}`),
    });

    // A key that is not asked for does no harm.
    expect(await user.aibench(['login', service.url], { input: 'aik_any\n' })).toMatchObject({ code: 0 });
    expect((await stat(config)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(config, 'utf8'))).toEqual({ url: service.url, api_key: 'aik_any' });
    expect(await user.aibench(['agents'])).toMatchObject({ code: 0 });
    await chmod(config, 0o644);
    const doctor = await user.aibench(['doctor']);
    expect(doctor).toMatchObject({ code: 1, stdout: expect.stringContaining(`→ chmod 600 ${config}`) });
  });

  it('finds with doctor what is wrong, and says the fix', async () => {
    expect(await aibench(['doctor', '--url', 'http://127.0.0.1:9'])).toMatchObject({
      code: 4,
      stdout: expect.stringMatching(/✗ server: .*\n {2}→ Start the service/),
    });
    const keyless = await user.aibench(['doctor', '--url', guarded.url]);
    expect(keyless).toMatchObject({ code: 1, stdout: expect.stringMatching(/✗ key: .*\n {2}→ Sign in/) });
    expect(keyless.stdout).toContain('✓ ready: database, migrations and queue are there');
  });

  it('starts a service of its own with --local, from nothing, and keeps its data', async () => {
    const nobody = await CliUser.create();
    await chmod(nobody.folder, 0o711);
    expect(await nobody.aibench(['init'])).toMatchObject({ code: 0 });
    const ran = await nobody.aibench([
      'run',
      'suite.yaml',
      '--local',
      '--agent',
      'baseline:random',
      '--json',
    ]);
    expect(ran.code, ran.stderr).toBe(0);
    const { id } = JSON.parse(ran.stdout);
    const { stdout } = await nobody.aibench(['results', '--local', '--json']);
    expect(JSON.parse(stdout).items.map((run: any) => run.id)).toEqual([id]);
    await nobody.remove();
  });

  it('does what docs/cli.md shows', async () => {
    const page = await readFile(join(PROJECT, 'docs/cli.md'), 'utf8');
    const examples = [...page.matchAll(/^```sh\n([^]*?)^```/gm)].map(([, block]) => block);
    expect(examples.length).toBeGreaterThan(5);
    const script = `set -eo pipefail\naibench() { ${process.execPath} ${PROJECT}/dist/apps/cli/main.js "$@"; }\n${examples.join('')}`;
    const reader = await CliUser.create();
    const { code, stdout, stderr } = await reader.run(['bash', '-c', script], {
      env: { AIBENCH_URL: service.url },
    });
    expect(code, stdout + stderr).toBe(0);
    await reader.remove();
  });

  it('gates a branch against another, as the CI templates do', async () => {
    const gate = (branch: string, agent: string): Promise<CliResult> =>
      user.run(['bash', join(PROJECT, 'ci/gate.sh')], {
        env: {
          AIBENCH_URL: service.url,
          SUITE: 'letters.json',
          AGENT: agent,
          CURRENT_BRANCH: branch,
          RULES: 'score:0.02\n',
        },
      });
    const onMain = await gate('main', 'right');
    expect(onMain.code, onMain.stderr).toBe(0);
    expect(onMain.stdout).toContain('baseline of main from now on');
    const worse = await gate('feature', 'wrong');
    expect(worse.code, worse.stderr).toBe(1);
    expect(worse.stdout).toContain('Gate: fail');
    expect(await readFile(join(user.folder, 'aibench-reports/gate.md'), 'utf8')).toContain('## Gate: fail');
  });
});
