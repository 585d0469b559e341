import { describe, expect, it } from 'vitest';
import { readMigrations } from '../platform/database/migrator.ts';
import { checkMigration } from './migration-rules.ts';

async function rulesBrokenBy(text: string): Promise<string[]> {
  return (await checkMigration(text)).map(({ rule }) => rule);
}

const none = '-- transaction: none\n';

describe('checkMigration', () => {
  it('passes the migrations of the product', async () => {
    const files = await readMigrations();
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) expect(await checkMigration(file.text), file.name).toEqual([]);
  });

  it.each([
    ['index-concurrently', 'CREATE INDEX i ON users (name)'],
    ['index-concurrently', 'DROP INDEX users_email_unique'],
    ['index-concurrently', 'REINDEX TABLE users'],
    ['no-transaction', 'CREATE INDEX CONCURRENTLY i ON users (name)'],
    ['no-transaction', 'DROP INDEX CONCURRENTLY i'],
    ['one-statement', `${none}SELECT 1; SELECT 2`],
    ['volatile-default', 'ALTER TABLE users ADD COLUMN a uuid DEFAULT gen_random_uuid()'],
    ['volatile-default', 'ALTER TABLE users ADD COLUMN a timestamptz DEFAULT clock_timestamp()'],
    ['volatile-default', 'ALTER TABLE users ADD COLUMN a bigserial'],
    ['volatile-default', 'ALTER TABLE users ADD COLUMN a int GENERATED ALWAYS AS IDENTITY'],
    ['volatile-default', 'ALTER TABLE users ADD COLUMN a int GENERATED ALWAYS AS (1) STORED'],
    ['not-null', 'ALTER TABLE users ADD COLUMN a int NOT NULL'],
    ['not-null', 'ALTER TABLE users ALTER COLUMN name SET NOT NULL'],
    ['column-type', 'ALTER TABLE users ALTER COLUMN name TYPE text'],
    ['constraint-not-valid', 'ALTER TABLE users ADD CONSTRAINT c CHECK (length(name) > 1)'],
    ['constraint-not-valid', 'ALTER TABLE users ADD COLUMN team uuid REFERENCES teams (id)'],
    ['constraint-not-valid', 'ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES teams (id)'],
    ['constraint-using-index', 'ALTER TABLE users ADD CONSTRAINT c UNIQUE (name)'],
    ['constraint-using-index', 'ALTER TABLE users ADD COLUMN a int UNIQUE'],
    [
      'validate-apart',
      'ALTER TABLE a ADD CONSTRAINT c CHECK (b > 0) NOT VALID; ALTER TABLE a VALIDATE CONSTRAINT c',
    ],
    ['contract', 'ALTER TABLE users DROP COLUMN name'],
    ['contract', 'ALTER TABLE users RENAME COLUMN name TO full_name'],
    ['contract', 'ALTER TABLE users RENAME TO people'],
    ['contract', 'DROP TABLE users'],
    ['backfill', 'UPDATE users SET name = email'],
    ['backfill', 'DELETE FROM users'],
    ['heavy-lock', 'LOCK TABLE users'],
    ['heavy-lock', 'TRUNCATE users'],
    ['heavy-lock', `${none}VACUUM FULL users`],
    ['opaque', 'DO $$ BEGIN PERFORM 1; END $$'],
  ])('finds %s in %s', async (rule, text) => {
    expect(await rulesBrokenBy(text)).toEqual([rule]);
  });

  it.each([
    `${none}CREATE INDEX CONCURRENTLY i ON users (name)`,
    'CREATE TABLE a (b int); CREATE INDEX i ON a (b); ALTER TABLE a ADD COLUMN c int NOT NULL',
    "ALTER TABLE users ADD COLUMN a text NOT NULL DEFAULT 'x', ADD COLUMN b timestamptz DEFAULT now()",
    "ALTER TABLE users ADD COLUMN a jsonb NOT NULL DEFAULT '{}'::jsonb",
    'ALTER TABLE users ADD CONSTRAINT c CHECK (length(name) > 1) NOT VALID',
    'ALTER TABLE users VALIDATE CONSTRAINT c',
    'ALTER TABLE users ADD CONSTRAINT c UNIQUE USING INDEX users_name',
    '-- allow: contract because no version since 0.3 reads it\nALTER TABLE users DROP COLUMN name',
  ])('passes %s', async (text) => {
    expect(await rulesBrokenBy(text)).toEqual([]);
  });

  it('asks for a reason with an exemption, and exempts from that rule only', async () => {
    const bare = '-- allow: contract\nALTER TABLE users DROP COLUMN name';
    expect(await rulesBrokenBy(bare)).toEqual(['contract']);
    const other = '-- allow: backfill because small\nDROP TABLE users';
    expect(await rulesBrokenBy(other)).toEqual(['contract']);
  });

  it('names the line of the statement', async () => {
    const text = '-- añadir\nCREATE TABLE a (b int);\n\n-- more\nDROP TABLE users;\n';
    expect(await checkMigration(text)).toMatchObject([{ line: 5, rule: 'contract' }]);
  });
});
