import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const EXCELJS = 'exceljs@4.4.0'

/** Does the steps once: `mark` says that they are done. */
export function installed(mark, steps) {
  if (existsSync(mark)) return true
  for (const [command, args] of steps)
    if (spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] }).status !== 0) return false
  writeFileSync(mark, '')
  return true
}

/** A program of this folder that imports exceljs, copied beside a node_modules of its own; undefined where that cannot be had. */
export function withExceljs(work, name) {
  const folder = join(work, 'exceljs')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
  const done = installed(join(folder, 'ready'), [
    ['npm', ['install', '--prefix', folder, '--silent', '--no-audit', '--no-fund', EXCELJS]],
  ])
  if (!done) console.log('SKIPPED: exceljs (it needs npm and its registry)')
  const program = join(folder, name)
  copyFileSync(fileURLToPath(new URL(name, import.meta.url)), program)
  return done ? program : undefined
}
