import { Code } from '@mantine/core';
import { stringify } from 'yaml';

/** A part of a definition as it would stand in its file. */
export function DefinitionPart({ label, value }: { label: string; value: unknown }) {
  return (
    <Code block tabIndex={0} role="region" aria-label={label} fz="sm">
      {value === undefined ? 'Not set' : stringify(value)}
    </Code>
  );
}
