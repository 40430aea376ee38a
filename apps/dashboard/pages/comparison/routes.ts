import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shell } from '../../app/shell-route.js';

export const comparisonRoutes = [
  createRoute({
    getParentRoute: () => shell,
    path: '/compare',
    component: lazyRouteComponent(() => import('./compare-page.js'), 'ComparePage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/leaderboard',
    component: lazyRouteComponent(() => import('./leaderboard-page.js'), 'LeaderboardPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/trend',
    component: lazyRouteComponent(() => import('./trend-page.js'), 'TrendPage'),
  }),
] as const;
