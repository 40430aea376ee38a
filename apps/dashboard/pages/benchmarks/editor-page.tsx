import { Alert, Anchor, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { api, query } from '../../api/client.js';
import { Answer } from '../../ui/answer.js';
import { plural } from '../../ui/format.js';
import { Page } from '../../ui/page.js';
import { DefinitionEditor } from './definition-editor.js';
import { TEMPLATE } from './template.js';

/** More would make typing slow. */
const EDITABLE_SAMPLES = 2000;

export function EditorPage() {
  const { from } = useSearch({ from: '/shell/benchmarks/new' });
  return (
    <Page
      title={from === undefined ? 'New benchmark' : `Edit ${from}`}
      lead={
        <>
          The definition file, in YAML or JSON. What is published is a new version of the benchmark that it
          names. Its schema is at{' '}
          <Anchor underline="always" href="/api/v1/schemas/benchmark.json">
            benchmark.json
          </Anchor>
          .
        </>
      }
    >
      {from === undefined ? <DefinitionEditor initial={TEMPLATE} /> : <Existing reference={from} />}
    </Page>
  );
}

function Existing({ reference }: { reference: string }) {
  const benchmark = query.useQuery('get', '/api/v1/benchmarks/{benchmark}', {
    params: { path: { benchmark: reference } },
  });
  return (
    <Answer of={benchmark}>
      {({ id, name, version, sample_count }) =>
        sample_count > EDITABLE_SAMPLES ? (
          <Alert title="Too long to edit here">
            <Text size="sm">
              It has {plural(sample_count, 'sample')}. Download it from{' '}
              <Anchor
                renderRoot={(props) => (
                  <Link to="/benchmarks/$benchmark" params={{ benchmark: name }} {...props} />
                )}
              >
                its page
              </Anchor>
              , change the file, and import that.
            </Text>
          </Alert>
        ) : (
          <Fetched benchmark={id} version={version} />
        )
      }
    </Answer>
  );
}

function Fetched({ benchmark, version }: { benchmark: string; version: number }) {
  const text = useQuery({
    queryKey: ['definition file', benchmark, version],
    queryFn: async () => {
      const { data } = await api.GET('/api/v1/benchmarks/{benchmark}/versions/{version}/export', {
        params: { path: { benchmark, version: String(version) }, query: { format: 'yaml' } },
        parseAs: 'text',
      });
      return data as unknown as string;
    },
    staleTime: Infinity,
  });
  return <Answer of={text}>{(initial) => <DefinitionEditor initial={initial} />}</Answer>;
}
