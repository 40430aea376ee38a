import { Alert, Button, Fieldset, Group, Select, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { AGENTS } from '../../api/catalogue.js';
import { query } from '../../api/client.js';
import { ProblemError } from '../../api/problem.js';
import { useMay } from '../../api/session.js';
import type { Agent } from '../../api/types.js';
import { Failure } from '../../ui/answer.js';
import { ADAPTERS, read, write, type Settings } from './adapters.js';
import { SecretNames } from './secret-names.js';
import { SettingInput } from './setting-input.js';

export function AgentForm({ initial }: { initial?: Agent }) {
  const [name, setName] = useState(initial?.name ?? '');
  const [adapter, setAdapter] = useState(initial?.adapter ?? 'openai');
  const [model, setModel] = useState(initial?.model ?? '');
  const [settings, setSettings] = useState<Settings>(initial?.settings ?? {});
  const mayWrite = useMay('agent:write');
  const client = useQueryClient();
  const navigate = useNavigate();
  const create = query.useMutation('post', '/api/v1/agents', {
    onSuccess: async (agent) => {
      await client.invalidateQueries({ queryKey: [AGENTS] });
      await navigate({ to: '/agents/$agent', params: { agent: `${agent.name}@${agent.version}` } });
    },
  });
  const form = ADAPTERS[adapter] ?? { label: adapter, model: '', fields: [] };
  const findings = create.error instanceof ProblemError ? create.error.findings : [];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({ body: { name, adapter, model: model || 'default', settings } });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        {!mayWrite && <Alert color="yellow">Your role may not create agents.</Alert>}
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput
            label="Name"
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
            disabled={initial !== undefined}
            required
          />
          <Select
            label="Adapter"
            data={Object.entries(ADAPTERS).map(([value, { label }]) => ({ value, label }))}
            value={adapter}
            onChange={(value) => {
              setAdapter(value as string);
              setSettings({});
            }}
            allowDeselect={false}
          />
          <TextInput
            label="Model"
            description={form.model}
            inputWrapperOrder={['label', 'input', 'description']}
            value={model}
            onChange={({ currentTarget }) => setModel(currentTarget.value)}
          />
        </SimpleGrid>
        {form.fields.length > 0 && (
          <Fieldset legend="Settings">
            <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
              {form.fields.map((field) => (
                <SettingInput
                  key={`${adapter} ${field.path}`}
                  field={field}
                  value={read(settings, field.path)}
                  onChange={(value) => setSettings((old) => write(old, field.path, value))}
                  error={findings.find(({ path }) => path === `settings.${field.path}`)?.message}
                />
              ))}
            </SimpleGrid>
          </Fieldset>
        )}
        <SecretNames adapter={adapter} />
        {create.isError && <Failure error={create.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={create.isPending} disabled={!mayWrite}>
            {initial ? 'Create the next version' : 'Create'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
