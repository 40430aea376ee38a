import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shell } from '../../app/shell-route.js';
import { runsSearch, sampleSearch, samplesSearch } from './search.js';
import { newRunSearch } from './new-run-search.js';

export const runRoutes = [
  createRoute({
    getParentRoute: () => shell,
    path: '/runs',
    validateSearch: runsSearch,
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
    component: lazyRouteComponent(() => import('./run/run-page.js'), 'RunPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/runs/$runId/samples',
    validateSearch: samplesSearch,
    component: lazyRouteComponent(() => import('./samples/samples-page.js'), 'SamplesPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/runs/$runId/samples/$sampleId',
    validateSearch: sampleSearch,
    component: lazyRouteComponent(() => import('./samples/sample-page.js'), 'SamplePage'),
  }),
] as const;
