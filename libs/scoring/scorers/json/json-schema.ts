import { z } from 'zod';
import { messageOf } from '#libs/common';
import { shorten, Unscorable, verdict } from '../../score.js';
import { defineScorer } from '../define-scorer.js';
import { noTargetProblem } from '../no-target.js';
import { compileJsonSchema, jsonSchemaProblem } from '../../json-schema/compile-json-schema.js';
import { jsonOptions, readJson } from './json-output.js';

/** 1 when the output is JSON that fits the schema. */
export const jsonSchema = defineScorer({
  type: 'json_schema',
  version: 1,
  options: {
    ...jsonOptions,
    schema: z
      .record(z.string(), z.unknown())
      .describe('JSON Schema, draft 2020-12, up to 20,000 characters; its patterns in RE2 syntax.'),
  },
  problem: ({ schema }) => jsonSchemaProblem(schema),
  bind({ schema, allow_fence }) {
    const check = compileJsonSchema(schema);
    return {
      score({ output }) {
        const json = readJson(output, allow_fence);
        if ('problem' in json)
          return verdict(false, output, `The output is not JSON: ${shorten(json.problem)}.`);
        let problems: string[];
        try {
          problems = check(json.value).map(({ path, message }) => `${path} ${message}`.trim());
        } catch (error) {
          const message = `The output cannot be held against the schema: ${messageOf(error)}`;
          throw new Unscorable('schema_too_costly', message, { cause: error });
        }
        return problems.length === 0
          ? verdict(true, output, 'The output fits the schema.')
          : verdict(false, output, `The output does not fit the schema: ${shorten(problems.join(', '))}.`);
      },
      targetProblem: noTargetProblem,
    };
  },
});
