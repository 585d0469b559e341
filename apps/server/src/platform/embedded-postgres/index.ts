export { type BackupReport, backUpCluster } from './backup.ts';
export { BackupError } from './backup-manifest.ts';
export { dataDirOf } from './cluster.ts';
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  findEmbeddedPostgresUrl,
  startEmbeddedPostgres,
} from './embedded-postgres.ts';
export { type RestoreReport, restoreCluster } from './restore.ts';
