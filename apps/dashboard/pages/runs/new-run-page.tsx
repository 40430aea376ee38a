import { Page } from '../../ui/page.js';

export function NewRunPage() {
  return <Page title="New run">{null}</Page>;
}
