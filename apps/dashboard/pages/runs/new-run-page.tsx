import { latestOf, useAgentVersions, useBenchmarks } from '../../api/catalogue.js';
import { Answer } from '../../ui/answer.js';
import { Page } from '../../ui/page.js';
import { NewRunForm } from './new-run-form.js';

export function NewRunPage() {
  const benchmarks = useBenchmarks();
  const agents = useAgentVersions();
  return (
    <Page title="New run" lead="One benchmark, asked of one or more agents under the same conditions.">
      <Answer of={benchmarks}>
        {(allBenchmarks) => (
          <Answer of={agents}>
            {(versions) => <NewRunForm benchmarks={allBenchmarks} agents={latestOf(versions)} />}
          </Answer>
        )}
      </Answer>
    </Page>
  );
}
