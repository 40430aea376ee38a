import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shell } from '../../app/shell-route.js';
import { newRunSearch } from './new-run-search.js';

export const runRoutes = [
  createRoute({
    getParentRoute: () => shell,
    path: '/runs',
    component: lazyRouteComponent(() => import('./runs-page.js'), 'RunsPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/runs/new',
    validateSearch: newRunSearch,
    component: lazyRouteComponent(() => import('./new-run-page.js'), 'NewRunPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/runs/$runId',
    component: lazyRouteComponent(() => import('./run-page.js'), 'RunPage'),
  }),
] as const;
