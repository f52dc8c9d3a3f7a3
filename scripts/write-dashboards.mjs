// Writes deploy/grafana, or another folder that is given; a test keeps the files and what is described here in step.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LITELLM } from './dashboards/litellm.mjs';
import { SCRAPEGATE } from './dashboards/scrapegate.mjs';

const folder = process.argv[2] ?? fileURLToPath(new URL('../deploy/grafana', import.meta.url));
mkdirSync(folder, { recursive: true });
for (const [name, dashboard] of Object.entries({ scrapegate: SCRAPEGATE, litellm: LITELLM })) {
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(dashboard, null, 2)}\n`);
}
