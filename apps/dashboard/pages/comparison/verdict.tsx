import { Badge } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconEqual, IconQuestionMark } from '@tabler/icons-react';
import type { Verdict } from '../../api/types.js';

export const VERDICTS: Record<Verdict, { word: string; color: string; icon: typeof IconEqual }> = {
  better: { word: 'better', color: 'blue', icon: IconArrowUp },
  worse: { word: 'worse', color: 'orange', icon: IconArrowDown },
  no_difference_shown: { word: 'no difference shown', color: 'teal', icon: IconEqual },
  inconclusive: { word: 'inconclusive', color: 'gray', icon: IconQuestionMark },
};

export function VerdictBadge({ verdict }: { verdict: Verdict }) {
  const { word, color, icon: Icon } = VERDICTS[verdict];
  return (
    <Badge color={color} variant="light" leftSection={<Icon size={12} aria-hidden />} tt="none">
      {word}
    </Badge>
  );
}
