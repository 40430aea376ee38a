import { Stack, Text, Title } from '@mantine/core';
import { DefinitionPart } from './definition-part.js';
import { MessageList } from './message-list.js';

interface Prompt {
  messages: ({ role: string; content: string } | { sample_messages: string })[];
  few_shot?: unknown;
}

/** What is sent for each sample, as templates, and with which settings. */
export function PromptMessages({ prompt, generation }: { prompt: unknown; generation: unknown }) {
  const { messages, few_shot } = (prompt ?? { messages: [] }) as Prompt;
  return (
    <Stack>
      {messages.length === 0 ? (
        <Text>The input of each sample is sent as it is, with its choices below.</Text>
      ) : (
        <MessageList
          messages={messages.map((message) =>
            'sample_messages' in message
              ? { role: 'of the sample', content: `metadata.${message.sample_messages}` }
              : message,
          )}
        />
      )}
      {few_shot !== undefined && (
        <>
          <Title order={2} size="h5">
            Examples that are shown
          </Title>
          <DefinitionPart label="Examples" value={few_shot} />
        </>
      )}
      {generation !== undefined && (
        <>
          <Title order={2} size="h5">
            Generation settings
          </Title>
          <DefinitionPart label="Generation settings" value={generation} />
        </>
      )}
    </Stack>
  );
}
