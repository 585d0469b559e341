export { type AuditEventInput, recordAuditEvent } from './record-event.ts';
