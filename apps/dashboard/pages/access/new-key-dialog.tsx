import { Checkbox, Fieldset, NativeSelect, Stack, TextInput } from '@mantine/core';
import { api } from '../../api/client.js';
import { useMe } from '../../api/session.js';
import type { Permission } from '../../api/types.js';
import { textOf } from '../../ui/fields.js';
import { FormDialog } from '../../ui/form-dialog.js';
import { SCOPES } from './api-key.js';
import { ShownOnce } from './shown-once.js';

const DAY_MS = 86_400_000;

const LIFETIMES = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'A year' },
  { value: '', label: 'Until it is revoked' },
];

/** What a CI job needs. */
const USUAL: readonly Permission[] = ['benchmark:write', 'results:read'];

async function make(fields: FormData) {
  const days = Number(textOf(fields, 'days'));
  const { data } = await api.POST('/api/v1/api-keys', {
    body: {
      name: textOf(fields, 'name'),
      scopes: fields.getAll('scopes') as Permission[],
      expires_at: days === 0 ? null : new Date(Date.now() + days * DAY_MS).toISOString(),
    },
  });
  return (
    <ShownOnce value={data?.key ?? ''}>Send it as “Authorization: Bearer”, or set AIBENCH_API_KEY.</ShownOnce>
  );
}

export function NewKeyDialog() {
  const { permissions } = useMe();
  return (
    <FormDialog label="New API key" title="New API key" submit="Make it" send={make}>
      <TextInput label="Name" name="name" placeholder="nightly" maxLength={100} required data-autofocus />
      <NativeSelect label="Good for" name="days" data={LIFETIMES} defaultValue="90" />
      <Fieldset legend="Scopes">
        <Stack gap="xs">
          {permissions.map((scope) => (
            <Checkbox
              key={scope}
              name="scopes"
              value={scope}
              label={scope}
              description={SCOPES[scope]}
              defaultChecked={USUAL.includes(scope)}
            />
          ))}
        </Stack>
      </Fieldset>
    </FormDialog>
  );
}
