export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  findEmbeddedPostgresUrl,
  startEmbeddedPostgres,
} from './embedded-postgres.ts';
