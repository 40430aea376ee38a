import { Page } from '../../ui/page.js';
import { useSearch } from '@tanstack/react-router';
import { query } from '../../api/client.js';
import { Answer } from '../../ui/answer.js';
import { AgentForm } from './agent-form.js';

export function NewAgentPage() {
  const { from } = useSearch({ from: '/shell/agents/new' });
  return (
    <Page
      title={from === undefined ? 'New agent' : `New version of ${from}`}
      lead="An agent does not change once it is made: the same name with other settings is its next version. Settings are readable by everyone in the workspace; keys belong into its secrets."
    >
      {from === undefined ? <AgentForm /> : <NextVersion name={from} />}
    </Page>
  );
}

function NextVersion({ name }: { name: string }) {
  const agent = query.useQuery('get', '/api/v1/agents/{agent}', { params: { path: { agent: name } } });
  return <Answer of={agent}>{(initial) => <AgentForm initial={initial} />}</Answer>;
}
