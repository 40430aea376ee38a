import { Autocomplete, Fieldset, SimpleGrid, TextInput } from '@mantine/core';
import { FIELDS, type Field, type Mapping } from './import-kinds.js';

interface FieldMappingProps {
  columns: string[];
  mapping: Mapping;
  onChange: (mapping: Mapping) => void;
}

/** Which field of a row is what of a sample. Those that are named nowhere become metadata. */
export function FieldMapping({ columns, mapping, onChange }: FieldMappingProps) {
  const set = (field: keyof Mapping) => (value: string) => {
    const { [field]: _old, ...rest } = mapping;
    onChange(value === '' ? rest : { ...rest, [field]: value });
  };
  return (
    <Fieldset legend="Fields of a row">
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
        {(Object.keys(FIELDS) as Field[]).map((field) => (
          <Autocomplete
            key={field}
            label={field}
            data={columns}
            value={mapping[field] ?? ''}
            onChange={set(field)}
            required={field === 'input' || field === 'target'}
          />
        ))}
        <TextInput
          label="target_pattern"
          placeholder="#### (.+)"
          value={mapping.target_pattern ?? ''}
          onChange={({ currentTarget: { value } }) => set('target_pattern')(value)}
        />
      </SimpleGrid>
    </Fieldset>
  );
}
