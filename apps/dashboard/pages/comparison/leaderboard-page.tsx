import { Page } from '../../ui/page.js';

export function LeaderboardPage() {
  return <Page title="Leaderboard">{null}</Page>;
}
