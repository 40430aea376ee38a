import { Page } from '../../ui/page.js';

export function TrendPage() {
  return <Page title="Trend">{null}</Page>;
}
