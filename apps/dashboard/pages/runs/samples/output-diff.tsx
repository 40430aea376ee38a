import { Text } from '@mantine/core';
import { useMemo } from 'react';
import { Answer } from '../../../ui/answer.js';
import { Section } from '../../../ui/section.js';
import { LongText } from './long-text.js';
import { useTranscript } from './use-transcript.js';
import { wordDiff } from './word-diff.js';

interface OutputDiffProps {
  runId: string;
  sampleId: string;
  epoch: number;
  before: { entry_id: string; agent: string };
  after: { entry_id: string; agent: string };
}

/** How one agent's answer differs from another's. */
export function OutputDiff({ runId, sampleId, epoch, before, after }: OutputDiffProps) {
  const first = useTranscript(runId, before.entry_id, sampleId, epoch);
  const second = useTranscript(runId, after.entry_id, sampleId, epoch);
  return (
    <Section
      title="Difference"
      lead={
        <>
          Struck through: only {before.agent}. Underlined: only {after.agent}.
        </>
      }
    >
      <Answer of={first}>
        {({ output: one }) => (
          <Answer of={second}>
            {({ output: other }) =>
              one === other ? (
                <Text size="sm">
                  {one === null ? 'Neither gave an answer.' : 'Both gave the same answer.'}
                </Text>
              ) : (
                <Difference before={one ?? ''} after={other ?? ''} />
              )
            }
          </Answer>
        )}
      </Answer>
    </Section>
  );
}

function Difference({ before, after }: { before: string; after: string }) {
  const pieces = useMemo(() => wordDiff(before, after), [before, after]);
  return (
    <LongText label="Difference" hidesLabel>
      {pieces.map(({ kind, text }, place) =>
        kind === 'same' ? (
          text
        ) : kind === 'removed' ? (
          <del key={place} className="diff-removed">
            {text}
          </del>
        ) : (
          <ins key={place} className="diff-added">
            {text}
          </ins>
        ),
      )}
    </LongText>
  );
}
