import { execFileSync, spawnSync } from 'node:child_process'
import { appendFile, cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const repository = join(import.meta.dirname, '..', '..')
const dist = join(repository, 'dist')

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

test('the command line has what it reads a project with in a few files of its own, and asks for the engine only then', async () => {
  const away = await mkdtemp(join(tmpdir(), 'c360-alone-'))
  onTestFinished(() => rm(away, { recursive: true, force: true }))
  for (const name of ['cli/main.js', 'parts', 'model/gold'])
    await cp(join(dist, name), join(away, 'dist', name), { recursive: true })
  await cp(join(repository, 'package.json'), join(away, 'package.json'))
  const project = join(away, 'project')
  await cp(join(repository, 'examples', 'retail'), project, { recursive: true })
  await mkdir(join(project, 'landing'), { recursive: true })
  const run = () =>
    spawnSync(process.execPath, [join(away, 'dist', 'cli', 'main.js'), 'run', '--project', project], {
      encoding: 'utf8',
    }).stderr
  expect(run()).toContain("Cannot find module '@duckdb/node-api'")
  await appendFile(join(project, 'c360.yaml'), '\nno_such_setting: 1\n')
  expect(run()).toContain('no_such_setting')
})
