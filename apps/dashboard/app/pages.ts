import {
  IconChartBar,
  IconHistory,
  IconHome,
  IconKey,
  IconListCheck,
  IconLock,
  IconPlayerPlay,
  IconRobot,
  IconScale,
  IconTrendingUp,
  IconUsers,
  IconWebhook,
  type TablerIcon,
} from '@tabler/icons-react';
import type { Permission } from '../api/types.js';

interface Page {
  to: string;
  label: string;
  icon: TablerIcon;
  /** Without it the page has nothing to show. */
  needs?: Permission;
}

/** The navigation, in its order. */
export const PAGES: readonly Page[] = [
  { to: '/', label: 'Home', icon: IconHome },
  { to: '/runs', label: 'Runs', icon: IconPlayerPlay },
  { to: '/benchmarks', label: 'Benchmarks', icon: IconListCheck },
  { to: '/agents', label: 'Agents', icon: IconRobot },
  { to: '/leaderboard', label: 'Leaderboard', icon: IconChartBar },
  { to: '/compare', label: 'Compare', icon: IconScale },
  { to: '/trend', label: 'Trend', icon: IconTrendingUp },
  { to: '/settings/members', label: 'Members', icon: IconUsers, needs: 'member:write' },
  { to: '/settings/api-keys', label: 'API keys', icon: IconKey },
  { to: '/settings/secrets', label: 'Secrets', icon: IconLock, needs: 'secret:write' },
  { to: '/settings/webhooks', label: 'Webhooks', icon: IconWebhook, needs: 'webhook:write' },
  { to: '/settings/audit', label: 'Audit', icon: IconHistory, needs: 'audit:read' },
];
