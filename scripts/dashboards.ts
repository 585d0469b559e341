// npm run dashboards: writes deploy/grafana/voiceflow.json; with --check says when it is stale.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderDashboard } from './monitoring/dashboard.ts';

const file = join(import.meta.dirname, '../deploy/grafana/voiceflow.json');
const text = renderDashboard();
if (!process.argv.includes('--check')) {
  writeFileSync(file, text);
} else if (readFileSync(file, 'utf8') !== text) {
  process.stderr.write('deploy/grafana/voiceflow.json is stale: run npm run dashboards\n');
  process.exitCode = 1;
}
