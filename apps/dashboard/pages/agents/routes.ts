import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shell } from '../../app/shell-route.js';

const text = (key: string, value: unknown) =>
  typeof value === 'string' && value !== '' ? { [key]: value } : {};

export const agentRoutes = [
  createRoute({
    getParentRoute: () => shell,
    path: '/agents',
    validateSearch: (search): { q?: string } => text('q', search['q']),
    component: lazyRouteComponent(() => import('./agents-page.js'), 'AgentsPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/agents/new',
    validateSearch: (search): { from?: string } => text('from', search['from']),
    component: lazyRouteComponent(() => import('./new-agent-page.js'), 'NewAgentPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/agents/$agent',
    component: lazyRouteComponent(() => import('./agent-page.js'), 'AgentPage'),
  }),
] as const;
