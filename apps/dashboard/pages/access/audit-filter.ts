export interface AuditFilter {
  action?: string;
  target_type?: string;
  actor_id?: string;
  status?: number;
}

/** Of an address or a form; what is empty or makes no sense is left out. */
export function auditFilterOf(fields: Record<string, unknown>): AuditFilter {
  const texts = (['action', 'target_type', 'actor_id'] as const).flatMap((name) => {
    const value = fields[name];
    return typeof value === 'string' && value.trim() !== '' ? [[name, value.trim()]] : [];
  });
  const status = Number(fields['status']);
  const isStatus = Number.isInteger(status) && status >= 100 && status <= 599;
  return { ...(Object.fromEntries(texts) as AuditFilter), ...(isStatus && { status }) };
}
