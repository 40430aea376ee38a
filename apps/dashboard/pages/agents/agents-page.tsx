import { Page } from '../../ui/page.js';

export function AgentsPage() {
  return <Page title="Agents">{null}</Page>;
}
