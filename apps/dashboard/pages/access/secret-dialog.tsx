import { PasswordInput, TextInput } from '@mantine/core';
import { api } from '../../api/client.js';
import { textOf } from '../../ui/fields.js';
import { FormDialog } from '../../ui/form-dialog.js';

interface SecretDialogProps {
  label: string;
  /** The one whose value is to be another. */
  of?: { name: string; origin: string };
}

async function set(fields: FormData) {
  const origin = textOf(fields, 'origin').trim();
  await api.PUT('/api/v1/secrets/{name}', {
    params: { path: { name: textOf(fields, 'name') } },
    body: { value: textOf(fields, 'value'), ...(origin !== '' && { origin }) },
  });
}

export function SecretDialog({ label, of }: SecretDialogProps) {
  return (
    <FormDialog
      label={label}
      title={of ? `Replace ${of.name}` : 'New secret'}
      submit="Set"
      send={set}
      {...(of && { variant: 'subtle', size: 'compact-sm' })}
    >
      <TextInput
        label="Name"
        name="name"
        placeholder="OPENAI_API_KEY"
        defaultValue={of?.name}
        readOnly={of !== undefined}
        required
      />
      <PasswordInput label="Value" name="value" autoComplete="off" required />
      <TextInput
        label="Goes only to"
        description="The origin of the agent's base_url. Empty for OPENAI_API_KEY and ANTHROPIC_API_KEY: their provider."
        name="origin"
        type="url"
        placeholder="https://bot.example.com"
        defaultValue={of?.origin}
      />
    </FormDialog>
  );
}
