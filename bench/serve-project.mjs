import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { landingFiles } from './data.mjs'

const large = { customers: 200_000, transactions: 5_000_000 }
const root = fileURLToPath(new URL('..', import.meta.url))

/** A published project of the retail example at a scale, made once; a newer program makes it anew. */
export async function publishedProject(work, scale) {
  const isLarge = scale.customers === large.customers && scale.transactions === large.transactions
  const folder = join(work, 'serve', isLarge ? 'large' : `${scale.customers}-${scale.transactions}`)
  const project = join(folder, 'project')
  const mark = join(folder, 'published')
  const program = String(statSync(join(root, 'dist', 'cli', 'main.js')).mtimeMs)
  if (existsSync(mark) && readFileSync(mark, 'utf8') === program) return project
  const files = await landingFiles(isLarge ? join(work, 'large') : join(folder, 'files'), scale)
  rmSync(project, { recursive: true, force: true })
  mkdirSync(project, { recursive: true })
  const example = join(root, 'examples', 'retail')
  cpSync(join(example, 'contracts'), join(project, 'contracts'), { recursive: true })
  const settings = readFileSync(join(example, 'c360.yaml'), 'utf8')
  writeFileSync(join(project, 'c360.yaml'), `${settings}\nthreads: 2\nmemory: 4GB\n`)
  cpSync(files.full, join(project, 'landing'), { recursive: true })
  const began = performance.now()
  execFileSync(process.execPath, [join(root, 'dist', 'cli', 'main.js'), 'run', '--project', project], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  console.log(`published in ${((performance.now() - began) / 1000).toFixed(1)} s`)
  writeFileSync(mark, program)
  return project
}
