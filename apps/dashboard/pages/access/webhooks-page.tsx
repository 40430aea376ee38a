import { Button, Checkbox, Fieldset, Group, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, query } from '../../api/client.js';
import { BY_CURSOR, itemsOf, useNextPage } from '../../api/pages.js';
import { Answer } from '../../ui/answer.js';
import { DataTable, type Columns } from '../../ui/data-table.js';
import { textOf } from '../../ui/fields.js';
import { FormDialog } from '../../ui/form-dialog.js';
import { Page } from '../../ui/page.js';
import { ShownOnce } from './shown-once.js';
import { EVENTS, type Webhook, type WebhookEvent } from './webhook.js';

export function WebhooksPage() {
  const webhooks = query.useInfiniteQuery('get', '/api/v1/webhooks', {}, BY_CURSOR);
  const next = useNextPage(webhooks);
  return (
    <Page
      title="Webhooks"
      lead="Signed messages to your own address when a run ends or pauses."
      actions={<NewWebhookDialog />}
    >
      <Answer
        of={webhooks}
        isEmpty={(data) => itemsOf(data).length === 0}
        empty={
          <>
            There is no webhook yet. With one, a chat or a CI job hears of runs without asking.
            <NewWebhookDialog />
          </>
        }
      >
        {(data) => (
          <DataTable label="Webhooks" columns={COLUMNS} rows={itemsOf(data)} onEnd={next} minWidth={860} />
        )}
      </Answer>
    </Page>
  );
}

async function create(fields: FormData) {
  const { data } = await api.POST('/api/v1/webhooks', {
    body: { url: textOf(fields, 'url'), events: fields.getAll('events') as WebhookEvent[] },
  });
  return (
    <ShownOnce value={data?.secret ?? ''}>The receiver checks with it that a message is ours.</ShownOnce>
  );
}

function NewWebhookDialog() {
  return (
    <FormDialog label="New webhook" title="New webhook" submit="Make it" send={create}>
      <TextInput
        label="Address"
        name="url"
        type="url"
        placeholder="https://example.com/hook"
        maxLength={2000}
        required
        data-autofocus
      />
      <Fieldset legend="When">
        <Stack gap="xs">
          {EVENTS.map((event) => (
            <Checkbox key={event} name="events" value={event} label={event} defaultChecked />
          ))}
        </Stack>
      </Fieldset>
    </FormDialog>
  );
}

const COLUMNS: Columns<Webhook> = [
  {
    header: 'Address',
    accessorKey: 'url',
    cell: ({ row }) => <Text style={{ overflowWrap: 'anywhere' }}>{row.original.url}</Text>,
  },
  { header: 'When', cell: ({ row }) => row.original.events.join(', ') },
  { header: 'Active', cell: ({ row }) => <ActiveSwitch key={row.original.id} webhook={row.original} /> },
  {
    id: 'actions',
    header: 'Actions',
    cell: ({ row: { original } }) => (
      <Group key={original.id} gap={4} wrap="nowrap">
        <Button component={Link} to={`/settings/webhooks/${original.id}`} variant="subtle" size="compact-sm">
          Deliveries
        </Button>
        <FormDialog
          label="Delete"
          title="Delete the webhook?"
          submit="Delete"
          color="red"
          variant="subtle"
          size="compact-sm"
          send={async () => {
            await api.DELETE('/api/v1/webhooks/{webhook_id}', {
              params: { path: { webhook_id: original.id } },
            });
          }}
        >
          <Text size="sm">Nothing is sent to {original.url} any more, and its deliveries are forgotten.</Text>
        </FormDialog>
      </Group>
    ),
  },
];

function ActiveSwitch({ webhook: { id, url, active } }: { webhook: Webhook }) {
  const client = useQueryClient();
  const change = query.useMutation('patch', '/api/v1/webhooks/{webhook_id}', {
    onSettled: () => client.invalidateQueries(),
  });
  return (
    <Switch
      aria-label={`${url} is active`}
      checked={active}
      disabled={change.isPending}
      error={change.isError && 'The service refused'}
      onChange={() => change.mutate({ params: { path: { webhook_id: id } }, body: { active: !active } })}
    />
  );
}
