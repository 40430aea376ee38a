import { Fieldset, NumberInput, SimpleGrid } from '@mantine/core';

const FIELDS = {
  epochs: { label: 'Epochs', description: 'Independent trials of each sample', min: 1, max: 100 },
  limit: { label: 'Sample limit', description: 'Chosen by the seed. Empty: all', min: 1 },
  seed: { label: 'Seed', description: 'Of samples and examples', min: 0, max: 2 ** 31 - 1 },
  temperature: {
    label: 'Temperature',
    description: 'Empty: as the benchmark says',
    min: 0,
    max: 2,
    step: 0.1,
  },
  max_tokens: { label: 'Max tokens', description: 'Of an answer', min: 1, max: 1_000_000 },
  concurrency: { label: 'Concurrency', description: 'Calls at once to each agent', min: 1, max: 10_000 },
  max_cost_usd: { label: 'Budget (USD)', description: 'Is never exceeded', min: 0.01, max: 1e6 },
} as const;

export type Setting = keyof typeof FIELDS;
export type SettingValues = Partial<Record<Setting, number>>;

const FRACTIONS: ReadonlySet<Setting> = new Set(['temperature', 'max_cost_usd']);

/** Without those that are left to their defaults. */
export const toSettings = (values: SettingValues): SettingValues & { epochs: number; seed: number } => ({
  ...values,
  epochs: values.epochs ?? 1,
  seed: values.seed ?? 0,
});

interface NewRunSettingsProps {
  values: SettingValues;
  onChange: (values: SettingValues) => void;
}

export function NewRunSettings({ values, onChange }: NewRunSettingsProps) {
  return (
    <Fieldset legend="Settings">
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 3 }}>
        {(Object.keys(FIELDS) as Setting[]).map((name) => (
          <NumberInput
            key={name}
            {...FIELDS[name]}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            allowDecimal={FRACTIONS.has(name)}
            value={values[name] ?? ''}
            onChange={(value) => {
              const { [name]: _old, ...rest } = values;
              onChange(value === '' ? rest : { ...rest, [name]: Number(value) });
            }}
          />
        ))}
      </SimpleGrid>
    </Fieldset>
  );
}
