import type { ColumnType } from 'kysely';

/** A timestamptz that the database or the app sets at insertion. */
export type CreatedAt = ColumnType<Date, Date | undefined, never>;
/** A timestamptz with a default that later changes. */
export type UpdatedAt = ColumnType<Date, Date | undefined, Date>;
/** A jsonb column: objects in, objects out. */
export type JsonObject = ColumnType<
  Record<string, unknown>,
  Record<string, unknown> | undefined,
  Record<string, unknown>
>;
