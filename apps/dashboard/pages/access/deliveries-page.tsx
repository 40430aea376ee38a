import { Badge, Button, Code, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { query } from '../../api/client.js';
import { BY_CURSOR, itemsOf, useNextPage } from '../../api/pages.js';
import { Answer, Failure } from '../../ui/answer.js';
import { DataTable, type Columns } from '../../ui/data-table.js';
import { asDate } from '../../ui/format.js';
import { Page } from '../../ui/page.js';
import type { Delivery } from './webhook.js';

const COLORS: Record<Delivery['status'], string> = { pending: 'blue', delivered: 'green', failed: 'red' };

const route = getRouteApi('/shell/settings/webhooks/$webhookId');

/** What was sent to one webhook, newest first. */
export function DeliveriesPage() {
  const { webhookId } = route.useParams();
  const path = { webhook_id: webhookId };
  const client = useQueryClient();
  const webhook = query.useQuery('get', '/api/v1/webhooks/{webhook_id}', { params: { path } });
  const deliveries = query.useInfiniteQuery(
    'get',
    '/api/v1/webhooks/{webhook_id}/deliveries',
    { params: { path } },
    {
      ...BY_CURSOR,
      // Nobody tells when one has arrived.
      refetchInterval: ({ state }) =>
        state.data && itemsOf(state.data).some(({ status }) => status === 'pending') && 2000,
    },
  );
  const next = useNextPage(deliveries);
  const test = query.useMutation('post', '/api/v1/webhooks/{webhook_id}/test', {
    onSuccess: () => client.invalidateQueries(),
  });
  return (
    <Page
      title="Deliveries"
      lead={webhook.data?.url}
      actions={
        <Button loading={test.isPending} onClick={() => test.mutate({ params: { path } })}>
          Send a test
        </Button>
      }
    >
      {test.isError && <Failure error={test.error} />}
      <Answer
        of={deliveries}
        isEmpty={(data) => itemsOf(data).length === 0}
        empty="Nothing was sent yet. A test shows whether the address hears."
      >
        {(data) => (
          <DataTable label="Deliveries" columns={COLUMNS} rows={itemsOf(data)} onEnd={next} minWidth={860} />
        )}
      </Answer>
    </Page>
  );
}

const COLUMNS: Columns<Delivery> = [
  { header: 'Event', accessorKey: 'event' },
  {
    header: 'Status',
    accessorKey: 'status',
    cell: ({ row: { original } }) => (
      <Badge color={COLORS[original.status]} variant="light">
        {original.status}
      </Badge>
    ),
  },
  { header: 'When', accessorKey: 'created_at', cell: ({ row }) => asDate(row.original.created_at) },
  { header: 'Tries', accessorKey: 'attempts' },
  {
    header: 'Answer',
    cell: ({ row: { original } }) => (
      <Stack gap={0}>
        {original.response_status !== null && <Code w="fit-content">{original.response_status}</Code>}
        {original.error !== null && <Text size="sm">{original.error}</Text>}
        {original.next_attempt_at !== null && original.attempts > 0 && (
          <Text size="sm" c="dimmed">
            Again {asDate(original.next_attempt_at)}
          </Text>
        )}
      </Stack>
    ),
  },
  {
    id: 'actions',
    header: 'Actions',
    cell: ({ row }) => <Redeliver key={row.original.id} delivery={row.original} />,
  },
];

function Redeliver({ delivery: { id, webhook_id, status } }: { delivery: Delivery }) {
  const client = useQueryClient();
  const again = query.useMutation(
    'post',
    '/api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver',
    {
      onSuccess: () => client.invalidateQueries(),
    },
  );
  return (
    <Stack gap="xs">
      <Button
        variant="subtle"
        size="compact-sm"
        disabled={status === 'pending'}
        loading={again.isPending}
        onClick={() => again.mutate({ params: { path: { webhook_id, delivery_id: id } } })}
      >
        Send again
      </Button>
      {again.isError && <Failure error={again.error} />}
    </Stack>
  );
}
