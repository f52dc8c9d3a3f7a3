// Writes the JSON Schema of the configuration file from the build; a test keeps the two in step.
import { writeFileSync } from 'node:fs';
import { configurationJsonSchema } from '../dist/config/json-schema.js';

const path = new URL('../schema/scrapegate.schema.json', import.meta.url);
writeFileSync(path, `${JSON.stringify(configurationJsonSchema(), null, 2)}\n`);
