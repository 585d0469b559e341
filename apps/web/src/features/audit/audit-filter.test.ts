import { expect, test } from 'vitest';
import { readAuditFilter } from './audit-filter.ts';

test('what is left empty does not narrow', () => {
  const values = { event_type: ' ', resource_type: '', resource_id: '', from: '', to: '' };
  expect(readAuditFilter(values, { actor: '', success: '' })).toEqual({});
});

test('times are told to the server as moments, the rest as it was typed', () => {
  const values = {
    event_type: ' api_key.* ',
    resource_id: 'key_1',
    from: '2026-03-10T12:30',
  };
  expect(readAuditFilter(values, { actor: 'system', success: 'false' })).toEqual({
    event_type: 'api_key.*',
    resource_id: 'key_1',
    from: new Date(2026, 2, 10, 12, 30).toISOString(),
    actor: 'system',
    success: 'false',
  });
});
