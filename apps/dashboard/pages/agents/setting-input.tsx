import { JsonInput, NumberInput, Select, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { SettingField } from './adapters.js';

interface SettingInputProps {
  field: SettingField;
  value: unknown;
  onChange: (value: unknown) => void;
  error: string | undefined;
}

const ORDER: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error'];

/** The field of one setting; left empty, the setting is not there. */
export function SettingInput({ field, value, onChange, error }: SettingInputProps) {
  const { label, hint, kind, choices = [], isRequired = false } = field;
  const common = {
    label,
    description: hint,
    error,
    required: isRequired,
    inputWrapperOrder: ORDER,
  };
  if (kind === 'switch')
    return (
      <Switch
        label={label}
        description={hint}
        error={error}
        checked={value === true}
        onChange={({ currentTarget: { checked } }) => onChange(checked || undefined)}
        mt={{ sm: 'xl' }}
      />
    );
  if (kind === 'choice')
    return (
      <Select
        {...common}
        data={choices}
        value={(value as string | undefined) ?? null}
        onChange={(chosen) => onChange(chosen ?? undefined)}
        clearable
        placeholder="Default"
      />
    );
  if (kind === 'number')
    return (
      <NumberInput
        {...common}
        value={(value as number | undefined) ?? ''}
        onChange={(given) => onChange(given === '' ? undefined : Number(given))}
        min={0}
      />
    );
  if (kind === 'json') return <JsonSetting common={common} value={value} onChange={onChange} />;
  return (
    <TextInput
      {...common}
      value={(value as string | undefined) ?? ''}
      onChange={({ currentTarget }) => onChange(currentTarget.value || undefined)}
    />
  );
}

interface JsonSettingProps {
  common: object;
  value: unknown;
  onChange: (value: unknown) => void;
}

function JsonSetting({ common, value, onChange }: JsonSettingProps) {
  const [text, setText] = useState(() => (value === undefined ? '' : JSON.stringify(value, null, 2)));
  return (
    <JsonInput
      {...common}
      value={text}
      validationError="This is not JSON yet, and is not sent"
      formatOnBlur
      autosize
      minRows={2}
      onChange={(given) => {
        setText(given);
        try {
          onChange(given.trim() === '' ? undefined : (JSON.parse(given) as unknown));
        } catch {
          // The field says so.
        }
      }}
    />
  );
}
