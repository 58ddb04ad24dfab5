// After tsc: copies the gold models next to the compiled code and compiles them, so that a run need not load the SQL parser.
import { cpSync, writeFileSync } from 'node:fs'

const from = new URL('../src/model/gold/', import.meta.url)
const to = new URL('../dist/model/gold/', import.meta.url)
cpSync(from, to, { recursive: true, filter: (path) => !path.endsWith('.json') })

const { compileModels } = await import(new URL('../dist/model/compile.js', import.meta.url))
const { shippedModels } = await import(new URL('../dist/model/gold.js', import.meta.url))
const { problems, cache } = await compileModels(shippedModels())
if (problems.length > 0) {
  for (const { file, line, message } of problems) console.error(`${file}:${line} ${message}`)
  process.exit(1)
}
writeFileSync(new URL('compiled.json', to), JSON.stringify(cache))
