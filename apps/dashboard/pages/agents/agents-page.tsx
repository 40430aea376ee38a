import { Anchor, Button, Text, TextInput } from '@mantine/core';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { latestOf, useAgentVersions } from '../../api/catalogue.js';
import { useMay } from '../../api/session.js';
import type { Agent } from '../../api/types.js';
import { Answer } from '../../ui/answer.js';
import { DataTable, type Columns } from '../../ui/data-table.js';
import { asDate } from '../../ui/format.js';
import { Page } from '../../ui/page.js';

const columns: Columns<Agent> = [
  {
    header: 'Agent',
    accessorKey: 'name',
    cell: ({ getValue }) => (
      <Anchor
        renderRoot={(props) => <Link to="/agents/$agent" params={{ agent: getValue<string>() }} {...props} />}
      >
        {getValue<string>()}
      </Anchor>
    ),
  },
  { header: 'Version', accessorKey: 'version' },
  { header: 'Adapter', accessorKey: 'adapter' },
  { header: 'Model', accessorKey: 'model' },
  { header: 'Created', accessorKey: 'created_at', cell: ({ getValue }) => asDate(getValue<string>()) },
];

export function AgentsPage() {
  const { q = '' } = useSearch({ from: '/shell/agents' });
  const navigate = useNavigate({ from: '/agents' });
  const versions = useAgentVersions();
  const mayWrite = useMay('agent:write');
  const found = useMemo(
    () =>
      latestOf(versions.data ?? []).filter(({ name, adapter, model }) =>
        `${name} ${adapter} ${model}`.toLowerCase().includes(q.toLowerCase()),
      ),
    [versions.data, q],
  );
  const add = mayWrite && (
    <Button leftSection={<IconPlus size={16} />} renderRoot={(props) => <Link to="/agents/new" {...props} />}>
      New agent
    </Button>
  );
  return (
    <Page
      title="Agents"
      lead="What is benchmarked: a model behind a provider, a server of your own, a command, recorded answers."
      actions={add}
    >
      <TextInput
        aria-label="Search agents"
        placeholder="Name, adapter or model"
        leftSection={<IconSearch size={16} />}
        value={q}
        onChange={({ currentTarget: { value } }) =>
          void navigate({ search: value ? { q: value } : {}, replace: true })
        }
      />
      <Answer
        of={versions}
        isEmpty={() => found.length === 0}
        empty={
          q !== '' ? (
            <Text>No agent has “{q}” in its name, adapter or model.</Text>
          ) : (
            <>
              <Text>There is no agent yet. A run needs one to ask.</Text>
              {add}
            </>
          )
        }
      >
        {() => <DataTable label="Agents" columns={columns} rows={found} sortable />}
      </Answer>
    </Page>
  );
}
