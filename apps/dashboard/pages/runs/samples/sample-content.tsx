import { List, SimpleGrid, Stack, Text } from '@mantine/core';
import type { RunSampleDetail } from '../../../api/types.js';
import { Section } from '../../../ui/section.js';
import { LongText } from './long-text.js';

/** What is asked, and what the right answer is. */
export function SampleContent({ sample }: { sample: RunSampleDetail }) {
  const { input, target, choices, metadata } = sample;
  return (
    <Section title="Question">
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Stack gap={4}>
          <LongText label="Input">{input}</LongText>
          {choices && (
            <List size="sm" listStyleType="upper-alpha">
              {choices.map((choice, place) => (
                <List.Item key={place}>{choice}</List.Item>
              ))}
            </List>
          )}
        </Stack>
        <Stack gap={4}>
          <Text size="sm" fw={600}>
            Target
          </Text>
          {target.map((one, place) => (
            <LongText key={place} label={`Target ${place + 1}`} hidesLabel>
              {one}
            </LongText>
          ))}
          {Object.keys(metadata).length > 0 && (
            <details>
              <summary>Metadata</summary>
              <LongText label="Metadata" hidesLabel>
                {JSON.stringify(metadata, null, 2)}
              </LongText>
            </details>
          )}
        </Stack>
      </SimpleGrid>
    </Section>
  );
}
