import { describe, expect, it } from 'vitest';
import { compilePrompt } from '../../prompt/prompt.js';
import { parseSample } from '../../sample.js';
import { importHumanEval } from './human-eval.js';

const ROW = {
  task_id: 'HumanEval/0',
  prompt: 'def add(a, b):\n    """Adds."""\n',
  entry_point: 'add',
  canonical_solution: '    return a + b\n',
  test: 'def check(candidate):\n    assert candidate(1, 2) == 3\n',
};

describe('HumanEval', () => {
  it('asks for the whole function, and gives the scorer what it runs', () => {
    const { definition, rows } = importHumanEval(true);
    const mapped = rows.map(ROW);
    if ('problem' in mapped) throw new Error(mapped.problem);
    const parsed = parseSample(mapped.json);
    if ('errors' in parsed) throw new Error(JSON.stringify(parsed.errors));
    expect(parsed.sample).toMatchObject({ id: 'HumanEval/0', metadata: { prompt: ROW.prompt } });
    const [message] = compilePrompt(definition.prompt).render(parsed.sample, 0);
    expect(message?.content).toContain('```python\ndef add(a, b):');
    expect(definition.scoring.scorers).toMatchObject([{ type: 'code', language: 'python' }]);
  });

  it('says what a run has to do for pass@k, and where Python is not run', () => {
    expect(importHumanEval(true).omissions.map(({ key }) => key)).toEqual(['pass@k']);
    expect(importHumanEval(false).omissions.map(({ key }) => key)).toEqual(['pass@k', 'test']);
  });

  it.each([{}, { ...ROW, entry_point: 'add(); import os' }, { ...ROW, test: 1 }])('refuses %j', (row) => {
    expect(importHumanEval(true).rows.map(row)).toEqual({
      problem: expect.stringContaining('no row of HumanEval'),
    });
  });
});
