import { Anchor, List } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Leaderboard } from '../../api/types.js';
import { asDate } from '../../ui/format.js';
import { entryName } from './names.js';
import { Section } from '../../ui/section.js';

/** Entries that are not ranked, and why not. */
export function LeftOut({ entries }: { entries: Leaderboard['left_out'] }) {
  if (entries.length === 0) return null;
  return (
    <Section title="Not ranked">
      <List size="sm">
        {entries.map((entry) => (
          <List.Item key={entry.id}>
            <Anchor component={Link} to={`/runs/${entry.run_id}`} size="sm">
              {entryName(entry)}
            </Anchor>
            , {asDate(entry.completed_at)}: {entry.reason}
          </List.Item>
        ))}
      </List>
    </Section>
  );
}
