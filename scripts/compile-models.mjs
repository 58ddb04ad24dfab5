// After tsc: copies the gold models next to the compiled code and compiles them, so that a run need not load the SQL parser.
//   node scripts/compile-models.mjs [BUILD_FOLDER]   (default: dist)
import { cpSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const build = new URL(`${pathToFileURL(resolve(process.argv[2] ?? 'dist'))}/`)
const from = new URL('../src/model/gold/', import.meta.url)
const to = new URL('model/gold/', build)
cpSync(from, to, { recursive: true, filter: (path) => !path.endsWith('.json') })

const { compileModels } = await import(new URL('model/compile.js', build))
const { shippedModels } = await import(new URL('model/gold.js', build))
const { problems, cache } = await compileModels(shippedModels())
if (problems.length > 0) {
  for (const { file, line, message } of problems) console.error(`${file}:${line} ${message}`)
  process.exit(1)
}
writeFileSync(new URL('compiled.json', to), JSON.stringify(cache))
