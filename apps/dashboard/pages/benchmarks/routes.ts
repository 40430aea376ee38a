import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shell } from '../../app/shell-route.js';

export const benchmarkRoutes = [
  createRoute({
    getParentRoute: () => shell,
    path: '/benchmarks',
    component: lazyRouteComponent(() => import('./benchmarks-page.js'), 'BenchmarksPage'),
  }),
] as const;
