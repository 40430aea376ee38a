import { Page } from '../../ui/page.js';

export function BenchmarksPage() {
  return <Page title="Benchmarks">{null}</Page>;
}
