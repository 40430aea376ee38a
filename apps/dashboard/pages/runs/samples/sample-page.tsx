import { Anchor, Badge, Button, Group, Kbd, Text } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { keepPreviousData } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { query } from '../../../api/client.js';
import { Answer } from '../../../ui/answer.js';
import { Page } from '../../../ui/page.js';
import { listOf } from '../search.js';
import { SampleContent } from './sample-content.js';
import { Trials } from './trials.js';

export function SamplePage() {
  const { runId, sampleId } = useParams({ from: '/shell/runs/$runId/samples/$sampleId' });
  const search = useSearch({ from: '/shell/runs/$runId/samples/$sampleId' });
  const navigate = useNavigate({ from: '/runs/$runId/samples/$sampleId' });
  const list = listOf(search);
  const run = query.useQuery('get', '/api/v1/runs/{run_id}', { params: { path: { run_id: runId } } });
  const sample = query.useQuery(
    'get',
    '/api/v1/runs/{run_id}/samples/{sample_id}',
    { params: { path: { run_id: runId, sample_id: sampleId }, query: list } },
    { placeholderData: keepPreviousData },
  );
  const go = (id: string | null | undefined) =>
    id && void navigate({ params: { sampleId: id }, search: (before) => before });
  useHotkeys([
    ['j', () => go(sample.data?.next)],
    ['k', () => go(sample.data?.previous)],
  ]);
  const isFiltered = Object.keys(list).length > 0;
  return (
    <Page
      title={`Sample ${sampleId}`}
      lead={
        <>
          <Anchor
            renderRoot={(props) => (
              <Link to="/runs/$runId/samples" params={{ runId }} search={list} {...props} />
            )}
          >
            {isFiltered ? 'Samples that pass the filter' : 'All samples'}
          </Anchor>
          {' of '}
          <Anchor component={Link} to={`/runs/${runId}`}>
            {run.data ? `${run.data.benchmark.title} v${run.data.benchmark.version}` : 'the run'}
          </Anchor>
        </>
      }
      actions={
        <Group gap="xs">
          <Button
            variant="default"
            leftSection={<IconChevronLeft size={16} />}
            disabled={!sample.data?.previous}
            onClick={() => go(sample.data?.previous)}
            aria-keyshortcuts="k"
          >
            Previous
          </Button>
          <Button
            variant="default"
            rightSection={<IconChevronRight size={16} />}
            disabled={!sample.data?.next}
            onClick={() => go(sample.data?.next)}
            aria-keyshortcuts="j"
          >
            Next
          </Button>
          <Text size="xs" c="dimmed" visibleFrom="sm">
            or <Kbd>k</Kbd> and <Kbd>j</Kbd>
          </Text>
        </Group>
      }
    >
      <Answer of={run}>
        {(ofRun) => (
          <Answer of={sample}>
            {(data) => (
              <>
                {data.category !== null && <Badge variant="light">{data.category}</Badge>}
                <SampleContent sample={data} />
                <Trials key={data.id} run={ofRun} sample={data} />
              </>
            )}
          </Answer>
        )}
      </Answer>
    </Page>
  );
}
