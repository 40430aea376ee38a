import { Alert, Badge, Button, Group, Select, Tabs } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { query } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import type { Benchmark } from '../../api/types.js';
import { Answer } from '../../ui/answer.js';
import { asCount, plural } from '../../ui/format.js';
import { Page } from '../../ui/page.js';
import { BenchmarkActions } from './benchmark-actions.js';
import { DefinitionPart } from './definition-part.js';
import { PromptMessages } from './prompt-messages.js';
import { TABS, type Tab } from './routes.js';
import { Samples } from './samples.js';
import { Versions } from './versions.js';

const TITLES: Record<Tab, string> = {
  samples: 'Samples',
  prompt: 'Prompt',
  scoring: 'Scoring',
  versions: 'Versions',
};

export function BenchmarkPage() {
  const { benchmark: ref } = useParams({ from: '/shell/benchmarks/$benchmark' });
  const benchmark = query.useQuery('get', '/api/v1/benchmarks/{benchmark}', {
    params: { path: { benchmark: ref } },
  });
  return <Answer of={benchmark}>{(data) => <Loaded benchmark={data} />}</Answer>;
}

function Loaded({ benchmark }: { benchmark: Benchmark }) {
  const { version = benchmark.version, tab = 'samples' } = useSearch({
    from: '/shell/benchmarks/$benchmark',
  });
  const navigate = useNavigate({ from: '/benchmarks/$benchmark' });
  const mayRun = useMay('run:write');
  const isArchived = benchmark.status === 'archived';
  const shown = query.useQuery('get', '/api/v1/benchmarks/{benchmark}/versions/{version}', {
    params: { path: { benchmark: benchmark.id, version: String(version) } },
  });
  return (
    <Page
      title={benchmark.title}
      lead={benchmark.description}
      actions={
        <>
          <BenchmarkActions benchmark={benchmark} version={version} />
          {mayRun && !isArchived && (
            <Button
              leftSection={<IconPlayerPlay size={16} />}
              renderRoot={(props) => (
                <Link
                  to="/runs/new"
                  search={{
                    benchmark:
                      version === benchmark.version ? benchmark.name : `${benchmark.name}@${version}`,
                  }}
                  {...props}
                />
              )}
            >
              Start a run
            </Button>
          )}
        </>
      }
    >
      {isArchived && (
        <Alert color="yellow" title="This benchmark is archived">
          It is not in lists, and no run starts with it. Its runs stay as they are.
        </Alert>
      )}
      <Answer of={shown}>
        {({ sample_count, categories, splits, definition }) => (
          <>
            <Group gap="sm">
              <Select
                aria-label="Version"
                w={140}
                allowDeselect={false}
                value={String(version)}
                data={Array.from({ length: benchmark.version }, (_, i) => ({
                  value: String(benchmark.version - i),
                  label: `Version ${benchmark.version - i}`,
                }))}
                onChange={(value) =>
                  void navigate({
                    search: ({ version: _v, split: _s, sample: _i, ...rest }) => ({
                      ...rest,
                      ...(Number(value) !== benchmark.version && { version: Number(value) }),
                    }),
                  })
                }
              />
              <Badge variant="default" size="lg" tt="none">
                {plural(sample_count, 'sample')}
              </Badge>
              {categories.map(({ name, title, samples }) => (
                <Badge key={name} variant="light" size="lg" tt="none" fw={500}>
                  {title ?? name}: {asCount(samples)}
                </Badge>
              ))}
            </Group>
            <Tabs
              value={tab}
              onChange={(value) =>
                void navigate({ search: (old) => ({ ...old, tab: value as Tab }), replace: true })
              }
              keepMounted={false}
            >
              <Tabs.List mb="md">
                {TABS.map((name) => (
                  <Tabs.Tab key={name} value={name}>
                    {TITLES[name]}
                  </Tabs.Tab>
                ))}
              </Tabs.List>
              <Tabs.Panel value="samples">
                <Samples key={version} benchmark={benchmark.id} version={version} splits={splits} />
              </Tabs.Panel>
              <Tabs.Panel value="prompt">
                <PromptMessages prompt={definition['prompt']} generation={definition['generation']} />
              </Tabs.Panel>
              <Tabs.Panel value="scoring">
                <DefinitionPart label="Scoring" value={definition['scoring']} />
              </Tabs.Panel>
              <Tabs.Panel value="versions">
                <Versions benchmark={benchmark} />
              </Tabs.Panel>
            </Tabs>
          </>
        )}
      </Answer>
    </Page>
  );
}
