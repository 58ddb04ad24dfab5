import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'

const dist = join(import.meta.dirname, '..', '..', 'dist')

/** Packages of CommonJS that a program of ours loads before it does anything. */
function packages(program: string): string[] {
  const code = `
    import Module from 'node:module'
    await import(${JSON.stringify(pathToFileURL(join(dist, program)).href)})
    const names = Object.keys(Module._cache).map((path) => /node_modules.((?:@[^\\\\/]+.)?[^\\\\/]+)/.exec(path)?.[1])
    console.log(JSON.stringify([...new Set(names)]))`
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' }))
}

test('a run loads no engine before it has something to do', () => {
  const loaded = packages('cli/run.js')
  expect(loaded).toContain('yaml')
  expect(loaded.filter((name) => name.includes('duckdb'))).toEqual([])
})

test('and it would be seen', () => {
  expect(packages('engines/duckdb/index.js')).toContain('@duckdb/node-api')
})
