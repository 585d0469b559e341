export { AccessRecorder } from './access-recorder.ts';
export { findEventsOfUser } from './read-events.ts';
export { type AuditEventInput, recordAuditEvent } from './record-event.ts';
export { recordingOfSignInEvent, recordSignInEvent } from './record-sign-in-event.ts';
export { addAuditRoutes } from './routes.ts';
export { auditEventSchema, presentAuditEvent } from './schema.ts';
export { keepAuditLog } from './upkeep.ts';
