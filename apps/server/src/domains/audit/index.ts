export { type AuditEventInput, recordAuditEvent } from './service.ts';
