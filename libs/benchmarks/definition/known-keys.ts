/** The part of a JSON Schema that says which keys an object may have. */
interface SchemaNode {
  properties?: Record<string, SchemaNode & { const?: unknown }>;
  items?: SchemaNode;
  additionalProperties?: SchemaNode | boolean;
  anyOf?: SchemaNode[];
  oneOf?: SchemaNode[];
}

/** The keys that a schema knows at the path of a value; of several kinds of object, those of the kind that it says it is. */
export function knownKeys(schema: unknown, value: unknown, path: readonly PropertyKey[]): string[] {
  let nodes = variants(schema as SchemaNode, value);
  let inner = value;
  for (const part of path) {
    inner = (inner as Record<PropertyKey, unknown> | null | undefined)?.[part];
    nodes = nodes
      .flatMap(({ properties, items, additionalProperties }) => [
        properties?.[String(part)] ?? (typeof part === 'number' ? items : additionalProperties),
      ])
      .flatMap((node) => (typeof node === 'object' ? variants(node, inner) : []));
  }
  return [...new Set(nodes.flatMap(({ properties }) => Object.keys(properties ?? {})))];
}

function variants(node: SchemaNode, value: unknown): SchemaNode[] {
  const inner = [...(node.anyOf ?? []), ...(node.oneOf ?? [])];
  if (inner.length === 0) return [node];
  const { type } = (value ?? {}) as { type?: unknown };
  const all = inner.flatMap((one) => variants(one, value));
  const ofItsType = all.filter(({ properties }) => properties?.type?.const === type);
  return [node, ...(type !== undefined && ofItsType.length > 0 ? ofItsType : all)];
}
