import type { GateResult, RuleResult } from './gate.js';

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** For text and attributes. What XML 1.0 cannot hold at all becomes U+FFFD. */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** JUnit XML: a test case for each rule. What is inconclusive is skipped, so that it shows and breaks nothing. */
export function toJUnit({ rules }: GateResult, title: string): string {
  const count = (wanted: string): number => rules.filter(({ decision }) => decision === wanted).length;
  const name = escapeXml(title);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites tests="${rules.length}" failures="${count('fail')}" skipped="${count('inconclusive')}" errors="0">`,
    `  <testsuite name="${name}" tests="${rules.length}" failures="${count('fail')}" skipped="${count('inconclusive')}" errors="0">`,
    ...rules.map((result) => testCase(result, name)),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function testCase({ rule, decision, text }: RuleResult, classname: string): string {
  const open = `    <testcase classname="${classname}" name="${rule.metric}"`;
  if (decision === 'pass') return `${open}><system-out>${escapeXml(text)}</system-out></testcase>`;
  const element = decision === 'fail' ? 'failure' : 'skipped';
  return `${open}><${element} message="${escapeXml(text)}"/></testcase>`;
}

/** For a comment on a pull request. */
export function toMarkdown({ decision, rules }: GateResult, title: string): string {
  return [
    `## Gate: ${decision}`,
    '',
    escapeMarkdown(title),
    '',
    '| rule | decision | why |',
    '| --- | --- | --- |',
    ...rules.map(
      ({ rule, decision, text }) =>
        `| ${escapeMarkdown(rule.metric)} | ${decision} | ${escapeMarkdown(text)} |`,
    ),
    '',
  ].join('\n');
}

const escapeMarkdown = (text: string): string =>
  text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>#|~@!]/g, (character) => `\\${character}`);
