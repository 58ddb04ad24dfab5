import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Context } from '../../src/cli/command.ts'
import { diffLines, writeFiles } from '../../src/cli/export-files.ts'
import { kind } from '../../src/cli/export-powerbi.ts'
import { duckdb } from '../../src/engines/duckdb/index.ts'
import { all } from '../../src/run/execute.ts'
import { publishedDatabase } from '../../src/run/history.ts'
import { loadProjectOrFail } from '../../src/run/prepare.ts'
import { retailProject, type TestProject } from '../support/project.ts'
import { hasShared, sharedRetail } from '../support/shared.ts'
import { type Evaluator, numberOf, type Value } from './dax/evaluate.ts'
import { modelOver } from './dax/model.ts'
import { exported, readProject, SOURCES } from './support.ts'

const files = (entries: Readonly<Record<string, string>>) => new Map(Object.entries(entries))

describe('a folder that somebody works in', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'c360-export-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))
  const at = (path: string) => readFile(join(folder, path), 'utf8')

  test('is written once, and the second time nothing is', async () => {
    const first = await writeFiles(folder, files({ 'a/b.json': 'one\n', 'c.tmdl': 'two\n' }), false)
    expect(first).toMatchObject({ created: ['a/b.json', 'c.tmdl'], conflicts: [] })
    const again = await writeFiles(folder, files({ 'a/b.json': 'one\n', 'c.tmdl': 'two\n' }), false)
    expect(again).toMatchObject({ created: [], changed: [], unchanged: 2 })
  })

  test('an edit stays while the export has nothing new for it; other files go on', async () => {
    await writeFile(join(folder, 'c.tmdl'), 'mine\n')
    const done = await writeFiles(folder, files({ 'a/b.json': 'new\n', 'c.tmdl': 'two\n' }), false)
    expect(done).toMatchObject({ changed: ['a/b.json'], kept: ['c.tmdl'], conflicts: [] })
    expect(await at('c.tmdl')).toBe('mine\n')
  })

  test('where both changed nothing at all is written, and the difference is shown', async () => {
    const next = files({ 'a/b.json': 'newer\n', 'c.tmdl': 'three\n', 'd.json': 'four\n' })
    const done = await writeFiles(folder, next, false)
    expect(done.conflicts).toEqual([{ path: 'c.tmdl', theirs: 'mine\n', ours: 'three\n' }])
    expect(diffLines('mine\n', 'three\n')).toEqual(['- mine', '+ three', '  '])
    expect(await at('a/b.json')).toBe('new\n')
    expect(await readdir(folder)).not.toContain('d.json')
  })

  test('--force has it as exported, and what the export has no more goes; foreign files stay', async () => {
    await writeFile(join(folder, 'notes.txt'), 'mine')
    await writeFiles(folder, files({ 'c.tmdl': 'three\n' }), true)
    expect(await at('c.tmdl')).toBe('three\n')
    expect(await readdir(join(folder, 'a'))).toEqual([])
    expect(await at('notes.txt')).toBe('mine')
  })

  test('a file that was removed on purpose is not put back by itself; line ends are no edit', async () => {
    await writeFiles(folder, files({ 'c.tmdl': 'three\n', 'e.json': 'x\ny\n' }), false)
    await rm(join(folder, 'c.tmdl'))
    await writeFile(join(folder, 'e.json'), 'x\r\ny\r\n')
    const done = await writeFiles(folder, files({ 'c.tmdl': 'three\n', 'e.json': 'x\nz\n' }), false)
    expect(done).toMatchObject({ kept: ['c.tmdl'], changed: ['e.json'], conflicts: [] })
  })

  test('diffs: only what differs, with a line around it', () => {
    const lines = Array.from({ length: 200 }, (_, n) => `line ${n}`)
    const changed = lines.map((line, n) => (n === 100 ? 'other' : line))
    expect(diffLines(lines.join('\n'), changed.join('\n'))).toEqual([
      '  line 99',
      '- line 100',
      '+ other',
      '  line 101',
    ])
  })
})

describe.skipIf(!hasShared)('the reference retailer (../shared)', () => {
  let project: TestProject
  let model: Evaluator
  const printed: string[] = []
  const context = (values: Context['values']): Context => ({
    positionals: ['powerbi'],
    values,
    project: project.root,
    json: false,
    print: (text) => void printed.push(text),
    note: () => {},
    paint: (_, text) => text,
    interactive: false,
    signal: new AbortController().signal,
  })
  beforeAll(async () => {
    project = await retailProject(sharedRetail)
    await project.edit('c360.yaml', 'counted_statuses: [Completed] ', 'counted_statuses: all ')
    await project.run()
    const { path } = await publishedDatabase(await loadProjectOrFail(project.root))
    await using session = await duckdb.connect({ database: path, readOnly: true })
    model = await modelOver(
      await exported(await readProject(project.root), SOURCES.parquet as never),
      (sql) => all(session, sql),
    )
  }, 120_000)
  afterAll(() => project?.[Symbol.asyncDispose]())

  const where = (table: string, column: string, value: Value) => ({
    table,
    column,
    passes: (other: Value) => other === value,
  })
  const figure = (name: string, ...filters: Parameters<typeof where>[]) =>
    numberOf(
      model.measure(
        name,
        filters.map((filter) => where(...filter)),
      ),
    )

  test('its dashboard shows the figures that are right', () => {
    const aov = (channel: string) => figure('Average order value', ['Sales', 'Channel', channel])
    expect([figure('Average order value'), aov('online'), aov('in_store')]).toEqual([109.22, 113.56, 104.88])
    expect(['Resolution rate', 'Contacts', 'Agents'].map((name) => figure(name))).toEqual([35, 100, 66])
    const segments = ['High-Value Customer', 'One-Time Buyer', 'Loyalty Champion', 'Regular Customer']
    expect(segments.map((one) => figure('Customers', ['Customer', 'Segment', one]))).toEqual([10, 23, 28, 39])
    expect(figure('Revenue')).toBe(21_844.02)
    expect(figure('Agents of all')).toBe(100)
  })

  test('the command writes project and data, without personal columns; a page without data is not there', async () => {
    const out = join(project.root, 'bi')
    expect(await kind.run(context({ out, source: 'csv' }))).toBe(0)
    expect(printed.join('\n')).toContain('Import from csv')
    const data = await readdir(join(out, 'data'))
    expect(data).toContain('customer_cohorts.csv')
    const [header = '', ...rows] = (await readFile(join(out, 'data', 'customer_360.csv'), 'utf8')).split('\n')
    expect(header.split(',')).toEqual(expect.arrayContaining(['customer_id', 'city', 'customer_segment']))
    expect(header).not.toMatch(/name|\bemail\b|phone|address/)
    expect(rows.length).toBe(101)
    const pages = await readdir(join(out, 'retail.Report', 'definition', 'pages'))
    const titles = await Promise.all(
      pages
        .filter((name) => name !== 'pages.json')
        .map(async (name) => {
          const page = join(out, 'retail.Report', 'definition', 'pages', name, 'page.json')
          return (JSON.parse(await readFile(page, 'utf8')) as { displayName: string }).displayName
        }),
    )
    expect(titles).toContain('Retail dashboard')
    expect(titles).not.toContain('Web')
  })

  test('an edit against a new export: the difference, and no file touched', async () => {
    const out = join(project.root, 'bi')
    const path = join(out, 'retail.SemanticModel', 'definition', 'expressions.tmdl')
    await writeFile(path, (await readFile(path, 'utf8')).replace(/"[^"]*"/, '"D:\\mine"'))
    printed.length = 0
    expect(await kind.run(context({ out, source: 'csv' }))).toBe(0)
    expect(printed.join('\n')).toMatch(
      /0 files created, 0 changed, 0 removed[\s\S]*left as it is: .*expressions.tmdl/,
    )
    printed.length = 0
    const moved = { out, source: 'csv', 'data-folder': 'E:\\theirs' }
    expect(await kind.run(context(moved))).toBe(4)
    expect(printed.join('\n')).toMatch(/- .*D:\\mine[\s\S]*\+ .*E:\\theirs/)
    expect(await readFile(path, 'utf8')).toContain('mine')
  })

  test.each([
    [{ source: 'oracle' }, 'Power BI cannot read'],
    [{ source: 'csv', mode: 'directquery' }, 'DirectQuery needs a source'],
    [{ mode: 'dual' }, 'There is no mode'],
    [{ target: 'nowhere' }, 'c360.yaml has no target'],
  ])('%j is refused', async (values, message) => {
    await expect(kind.run(context(values))).rejects.toThrow(message)
  })
})
