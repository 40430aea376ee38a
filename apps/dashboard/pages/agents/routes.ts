import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shell } from '../../app/shell-route.js';

export const agentRoutes = [
  createRoute({
    getParentRoute: () => shell,
    path: '/agents',
    component: lazyRouteComponent(() => import('./agents-page.js'), 'AgentsPage'),
  }),
] as const;
