// In which formats an audit can report.

/** The formats of a report. */
export const AUDIT_FORMATS = ['text', 'json', 'sarif', 'html', 'markdown'] as const;

/** One of them. */
export type AuditFormat = (typeof AUDIT_FORMATS)[number];
