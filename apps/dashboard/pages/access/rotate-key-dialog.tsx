import { NativeSelect, Text } from '@mantine/core';
import { api } from '../../api/client.js';
import { textOf } from '../../ui/fields.js';
import { FormDialog } from '../../ui/form-dialog.js';
import type { ApiKey } from './api-key.js';
import { ShownOnce } from './shown-once.js';

const OVERLAPS = [
  { value: '0', label: 'not at all' },
  { value: '1', label: 'for an hour' },
  { value: '24', label: 'for a day' },
  { value: '168', label: 'for a week' },
];

export function RotateKeyDialog({ apiKey: { id, name } }: { apiKey: ApiKey }) {
  const rotate = async (fields: FormData) => {
    const { data } = await api.POST('/api/v1/api-keys/{api_key_id}/rotate', {
      params: { path: { api_key_id: id } },
      body: { overlap_hours: Number(textOf(fields, 'hours')) },
    });
    return (
      <ShownOnce value={data?.key ?? ''}>The next key of {name}. Put it where the old one is used.</ShownOnce>
    );
  };
  return (
    <FormDialog
      label="Rotate"
      title={`Rotate ${name}`}
      submit="Rotate"
      variant="subtle"
      size="compact-sm"
      send={rotate}
    >
      <Text size="sm">Makes a new key with the same scopes.</Text>
      <NativeSelect label="The old key stays good" name="hours" data={OVERLAPS} defaultValue="24" />
    </FormDialog>
  );
}
