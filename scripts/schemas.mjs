// Writes schemas/*.json from the built program: `npx tsc && node scripts/schemas.mjs`.
import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { jsonSchemas } from '../dist/project/json-schema.js'

const folder = fileURLToPath(new URL('../schemas/', import.meta.url))
await mkdir(folder, { recursive: true })
for (const [name, schema] of Object.entries(jsonSchemas()))
  await writeFile(`${folder}${name}`, `${JSON.stringify(schema, null, 2)}\n`)
execFileSync('npx', ['biome', 'format', '--write', folder], { stdio: 'inherit' })
