/** What such a header, query parameter or member of a body holds is likely a secret. */
const SECRET_NAME =
  /authori[sz]ation|cookie|credential|passw(or)?d|secret|token|(api|access|private|subscription|auth)[-_]?key|^key$|^auth$|^sig(nature)?$/i;
/** And so is what begins like this, whatever it is called. */
const SECRET_VALUE = /^(Bearer|Basic|Token) \S|^(sk|pk|ghp|gho|xox[a-z]|AKIA)[-_]?[A-Za-z0-9_-]{16,}/;
const REMOVED = 'removed';

/** The parts of settings in which people write what their server wants to see. */
const FREE_PARTS = ['headers', 'query', 'body'];

/**
 * An agent's settings for other instances. Keys belong to the operator and are in no settings, but nobody keeps people
 * from writing one of their own into a header, a query or a body; there it becomes "removed".
 */
export function withoutSecrets(settings: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => {
      if (FREE_PARTS.includes(name)) return [name, cleaned(name, value)];
      return [name, name === 'url' || name === 'base_url' ? cleanedUrl(String(value)) : value];
    }),
  );
}

function cleaned(name: string, value: unknown): unknown {
  if (typeof value === 'string') {
    return SECRET_NAME.test(name) || SECRET_VALUE.test(value) ? REMOVED : value;
  }
  if (Array.isArray(value)) return value.map((member) => cleaned(name, member));
  if (typeof value !== 'object' || value === null) return value;
  // A header's {secret: NAME} only names a variable of the operator.
  const isReference = 'secret' in value && typeof value.secret === 'string';
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      isReference && key === 'secret' ? member : cleaned(key, member),
    ]),
  );
}

function cleanedUrl(text: string): string {
  const query = text.indexOf('?');
  if (query === -1) return text;
  const parameters = text
    .slice(query + 1)
    .split('&')
    .map((parameter) => {
      const [name = '', value = ''] = parameter.split('=');
      return cleaned(name, value) === value ? parameter : `${name}=${REMOVED}`;
    });
  return `${text.slice(0, query)}?${parameters.join('&')}`;
}
