import { TextInput } from '@mantine/core';
import type { Period } from './search.js';

interface PeriodFieldsProps {
  period: Period;
  onChange: (changed: Period) => void;
}

export function PeriodFields({ period: { since, until }, onChange }: PeriodFieldsProps) {
  return (
    <>
      <TextInput
        type="date"
        label="Completed from"
        value={since ?? ''}
        max={until}
        onChange={({ currentTarget: { value } }) => onChange({ since: value || undefined })}
      />
      <TextInput
        type="date"
        label="to"
        value={until ?? ''}
        min={since}
        onChange={({ currentTarget: { value } }) => onChange({ until: value || undefined })}
      />
    </>
  );
}
