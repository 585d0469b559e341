import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createId, formatId, parseId } from './ids.ts';

describe('public ids', () => {
  it('come back as the UUID they were made from', () => {
    fc.assert(
      fc.property(fc.uuid(), (uuid) => {
        expect(parseId('key', formatId('key', uuid))).toBe(uuid);
      }),
    );
  });

  it('agree with the TypeID specification', () => {
    const uuid = '01890a5d-ac96-774b-bcce-b302099a8057';
    expect(formatId('user', uuid)).toBe('user_01h455vb4pex5vsknk084sn02q');
    const largest = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
    expect(formatId('key', largest)).toBe('key_7zzzzzzzzzzzzzzzzzzzzzzzzz');
  });

  it('sort by the time they were made', () => {
    const uuids = Array.from({ length: 5_000 }, createId);
    const ids = uuids.map((uuid) => formatId('generation', uuid));
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
    expect(uuids.every((uuid) => /-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-/.test(uuid))).toBe(true);
  });

  it.each([
    '',
    'key_',
    'team_01h455vb4pex5vsknk084sn02q',
    'key_01h455vb4pex5vsknk084sn02',
    'key_01h455vb4pex5vsknk084sn02qq',
    'key_81h455vb4pex5vsknk084sn02q',
    'key_01H455VB4PEX5VSKNK084SN02Q',
    'key_01h455vb4pex5vsknk084sn0il',
  ])('refuse %j', (text) => {
    expect(parseId('key', text)).toBeUndefined();
  });
});
