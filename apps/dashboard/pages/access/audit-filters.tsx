import { Button, Group, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { auditFilterOf, type AuditFilter } from './audit-filter.js';

const FIELDS = [
  { name: 'action', label: 'Action', placeholder: 'POST /api/v1/runs' },
  { name: 'target_type', label: 'Of', placeholder: 'runs' },
  { name: 'actor_id', label: 'Who, by id' },
  { name: 'status', label: 'Answer', placeholder: '403', inputMode: 'numeric', w: 90 },
] as const;

export function AuditFilters({ filter }: { filter: AuditFilter }) {
  const navigate = useNavigate();
  const show = (search: AuditFilter) => void navigate({ to: '/settings/audit', search });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    show(auditFilterOf(Object.fromEntries(new FormData(event.currentTarget))));
  };
  return (
    // What stands in the address stands in the fields, also after going back.
    <form key={JSON.stringify(filter)} onSubmit={submit} aria-label="Filter">
      <Group align="flex-end" gap="xs">
        {FIELDS.map(({ name, ...field }) => (
          <TextInput key={name} name={name} defaultValue={filter[name]} size="sm" {...field} />
        ))}
        <Button type="submit" variant="default">
          Filter
        </Button>
        {Object.keys(filter).length > 0 && (
          <Button variant="subtle" onClick={() => show({})}>
            Show all
          </Button>
        )}
      </Group>
    </form>
  );
}
