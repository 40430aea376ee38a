import { Stack, Text, Title } from '@mantine/core';
import type { Sample } from '../../api/types.js';
import { DefinitionPart } from './definition-part.js';

/** All that is known of a sample. */
export function SampleDetail({ sample }: { sample: Sample }) {
  const { input, target, choices, category, split, tags, metadata } = sample;
  return (
    <Stack>
      <Part title="Input" texts={[input]} />
      {choices && <Part title="Choices" texts={choices.map((choice, i) => `${LETTERS[i]}. ${choice}`)} />}
      <Part title={target.length > 1 ? 'Targets: any of them is right' : 'Target'} texts={target} />
      {category !== null && <Part title="Category" texts={[category]} />}
      {split !== null && <Part title="Split" texts={[split]} />}
      {tags.length > 0 && <Part title="Tags" texts={[tags.join(', ')]} />}
      {Object.keys(metadata).length > 0 && (
        <>
          <Title order={3} size="h6">
            Metadata
          </Title>
          <DefinitionPart label="Metadata" value={metadata} />
        </>
      )}
    </Stack>
  );
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

function Part({ title, texts }: { title: string; texts: string[] }) {
  return (
    <Stack gap={4}>
      <Title order={3} size="h6">
        {title}
      </Title>
      {texts.map((text, i) => (
        <Text key={i} size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {text}
        </Text>
      ))}
    </Stack>
  );
}
