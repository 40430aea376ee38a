import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { AppConfig } from '#libs/config';

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
    const ports = container.ports.map((port: any) => port.name);
    for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe'])
      expect(ports).toContain(container[probe].httpGet.port);
    // /ready waits 2 s for what does not answer.
    expect(container.readinessProbe.timeoutSeconds).toBeGreaterThan(2);
  });

  it('have longer to stop than calls in flight may take, and as many as their autoscaler says', () => {
    const { engine } = new AppConfig({});
    expect(pod.spec.terminationGracePeriodSeconds).toBeGreaterThan(engine.drainSeconds + 10);
    expect(find('Deployment', name).spec.replicas).toBeUndefined();
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
    expect(find('PodDisruptionBudget', name).spec.maxUnavailable).toBe(1);
  });

  it('let in only those who have business there, and only where they listen', () => {
    const { policyTypes, ingress } = find('NetworkPolicy', name).spec;
    expect(policyTypes).toEqual(['Ingress']);
    const from = ingress.flatMap((rule: any) => rule.from);
    expect(from.map((peer: any) => Object.values(peer.namespaceSelector.matchLabels)).flat()).toEqual(
      name === 'web' ? ['ingress-nginx', 'monitoring'] : ['monitoring'],
    );
    for (const { ports } of ingress)
      expect(container.ports.map((port: any) => port.name)).toEqual(ports.map((port: any) => port.port));
  });
});

it('scales web by its CPU and workers by the queue', () => {
  expect(find('HorizontalPodAutoscaler', 'web').spec).toMatchObject({
    scaleTargetRef: { kind: 'Deployment', name: 'rel-web' },
    minReplicas: 2,
    maxReplicas: 6,
    metrics: [{ resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }],
  });
  const { triggers, ...worker } = find('ScaledObject', 'worker').spec;
  expect(worker).toMatchObject({
    scaleTargetRef: { name: 'rel-worker' },
    minReplicaCount: 1,
    maxReplicaCount: 8,
  });
  expect(triggers).toEqual([
    {
      type: 'prometheus',
      metadata: {
        serverAddress: expect.stringMatching(/^http/),
        query: 'max(benchmark_queue_length) + max(benchmark_queue_active)',
        // KEDA takes text alone.
        threshold: '16',
      },
    },
  ]);
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
