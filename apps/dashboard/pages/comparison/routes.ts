import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shell } from '../../app/shell-route.js';
import { compareSearch, leaderboardSearch, trendSearch } from './search.js';

export const comparisonRoutes = [
  createRoute({
    getParentRoute: () => shell,
    path: '/compare',
    validateSearch: compareSearch,
    component: lazyRouteComponent(() => import('./compare-page.js'), 'ComparePage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/leaderboard',
    validateSearch: leaderboardSearch,
    component: lazyRouteComponent(() => import('./leaderboard-page.js'), 'LeaderboardPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/trend',
    validateSearch: trendSearch,
    component: lazyRouteComponent(() => import('./trend-page.js'), 'TrendPage'),
  }),
] as const;
