import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shell } from '../../app/shell-route.js';

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
const version = (value: unknown): number | undefined =>
  Number.isInteger(Number(value)) && Number(value) > 0 ? Number(value) : undefined;

export const TABS = ['samples', 'prompt', 'scoring', 'versions'] as const;
export type Tab = (typeof TABS)[number];

export const benchmarkRoutes = [
  createRoute({
    getParentRoute: () => shell,
    path: '/benchmarks',
    validateSearch: (search): { q?: string; archived?: true } => ({
      ...(text(search['q']) !== undefined && { q: text(search['q']) }),
      ...(search['archived'] === true && { archived: true }),
    }),
    component: lazyRouteComponent(() => import('./benchmarks-page.js'), 'BenchmarksPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/benchmarks/new',
    validateSearch: (search): { from?: string } => ({
      ...(text(search['from']) !== undefined && { from: text(search['from']) }),
    }),
    component: lazyRouteComponent(() => import('./editor-page.js'), 'EditorPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/benchmarks/import',
    component: lazyRouteComponent(() => import('./import-page.js'), 'ImportPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/benchmarks/$benchmark',
    validateSearch: (search): { version?: number; tab?: Tab; split?: string; sample?: string } => ({
      ...(version(search['version']) !== undefined && { version: version(search['version']) }),
      ...(TABS.includes(search['tab'] as Tab) && { tab: search['tab'] as Tab }),
      ...(text(search['split']) !== undefined && { split: text(search['split']) }),
      ...(text(search['sample']) !== undefined && { sample: text(search['sample']) }),
    }),
    component: lazyRouteComponent(() => import('./benchmark-page.js'), 'BenchmarkPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/benchmarks/$benchmark/diff',
    validateSearch: (search): { from?: number; to?: number } => ({
      ...(version(search['from']) !== undefined && { from: version(search['from']) }),
      ...(version(search['to']) !== undefined && { to: version(search['to']) }),
    }),
    component: lazyRouteComponent(() => import('./diff-page.js'), 'DiffPage'),
  }),
] as const;
