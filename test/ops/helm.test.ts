import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';

const CHART = join(import.meta.dirname, '../../docker/helm/ai-benchmark-service');
const read = (path: string): string => readFileSync(join(CHART, path), 'utf8');
const values = parse(read('values.yaml'));

/** The few things that these templates say; helm itself is not asked. @throws where they say anything else. */
const rendered = (text: string): string =>
  text
    .replaceAll(/\{\{- (if \.Values\.[\w.]+|end) \}\}\n?/g, '')
    .replaceAll(/\{\{ (toJson )?\.(Release\.Name|Values\.([\w.]+)) \}\}/g, (_, json, name, path) => {
      const value: unknown =
        name === 'Release.Name'
          ? 'rel'
          : String(path)
              .split('.')
              .reduce((object, key) => object?.[key], values);
      if (value === undefined) throw new Error(`values.yaml has no ${path}.`);
      return json || typeof value !== 'string' ? JSON.stringify(value) : value;
    });

const templates = readdirSync(join(CHART, 'templates'));
const made = templates.map((file): any => parse(rendered(read(`templates/${file}`))));
const find = (kind: string, name: string): any =>
  made.find((one) => one.kind === kind && one.metadata.name === `rel-${name}`);

it.each(templates)('%s is well-formed, with values for all that it names', (file) => {
  const text = rendered(read(`templates/${file}`));
  expect(text).not.toContain('{{');
  expect(parse(text)).toMatchObject({ apiVersion: expect.any(String), kind: expect.any(String) });
});

describe.each(['web', 'worker'])('the pods of %s', (name) => {
  const pod = find('Deployment', name).spec.template;
  const [container] = pod.spec.containers;

  it('are probed: alive by /health, ready by /ready', () => {
    expect(container.startupProbe.httpGet.path).toBe('/health');
    expect(container.livenessProbe.httpGet.path).toBe('/health');
    expect(container.readinessProbe.httpGet.path).toBe('/ready');
  });

  it('are bounded, not of root, and cannot change their files', () => {
    expect(container.resources).toMatchObject({ limits: { memory: '1Gi' }, requests: { memory: '256Mi' } });
    expect(pod.spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 });
    expect(container.securityContext).toMatchObject({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
    });
  });

  it('are found by their budget of disruptions and their network policy', () => {
    const { matchLabels } = find('PodDisruptionBudget', name).spec.selector;
    expect(pod.metadata.labels).toMatchObject(matchLabels);
    expect(pod.metadata.labels).toMatchObject(find('NetworkPolicy', name).spec.podSelector.matchLabels);
  });
});

it('scales web by its CPU and workers by the queue', () => {
  expect(find('HorizontalPodAutoscaler', 'web').spec).toMatchObject({
    scaleTargetRef: { name: 'rel-web' },
    minReplicas: 2,
  });
  const { scaleTargetRef, triggers } = find('ScaledObject', 'worker').spec;
  expect(scaleTargetRef.name).toBe('rel-worker');
  expect(triggers[0].metadata.query).toContain('benchmark_queue_length');
});

it('leads traffic to the pods of web', () => {
  expect(find('Deployment', 'web').spec.template.metadata.labels).toMatchObject(
    find('Service', 'web').spec.selector,
  );
});

it.each(['backup', 'drill'])('calls %s by the clock, one at a time, where its volume is', (name) => {
  const { schedule, concurrencyPolicy, jobTemplate } = find('CronJob', name).spec;
  expect(schedule).toMatch(name === 'backup' ? /^\d+ \* \* \* \*$/ : /^\d+ \d+ \* \* \*$/);
  expect(concurrencyPolicy).toBe('Forbid');
  const { containers, volumes, securityContext } = jobTemplate.spec.template.spec;
  expect(containers[0].command).toEqual(['node', 'dist/apps/ops/main.js', name]);
  expect(containers[0].volumeMounts[0]).toEqual({ name: volumes[0].name, mountPath: '/backups' });
  expect(securityContext.runAsNonRoot).toBe(true);
});
