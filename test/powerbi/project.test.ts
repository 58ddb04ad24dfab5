import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { DefaultSettings, TaskUtils } from '@microsoft/powerquery-parser'
import { Ajv } from 'ajv'
import { beforeAll, describe, expect, test } from 'vitest'
import { diffLines, writeFiles } from '../../src/cli/export-files.ts'
import { measures as catalogue } from '../../src/model/semantic/catalogue.ts'
import type { Condition, Expression } from '../../src/model/semantic/expression.ts'
import type { Measure } from '../../src/model/semantic/measure.ts'
import { lint } from '../../src/powerbi/lint.ts'
import type { Mode } from '../../src/powerbi/model/types.ts'
import type { PowerBiProject } from '../../src/powerbi/project.ts'
import { DIRECT, MAKES, type SourceKind } from '../../src/powerbi/source/types.ts'
import { shared } from '../support/shared.ts'
import { exported, filesOf, type Read, readProject, SOURCES } from './support.ts'
import { readTmdl, type TmdlObject } from './tmdl.ts'

const unified = fileURLToPath(new URL('../../examples/unified', import.meta.url))
const schemas = join(shared, 'data', 'pbi-schemas', 'fabric')
const cli = fileURLToPath(
  new URL('../../node_modules/@microsoft/powerbi-report-authoring-cli/dist/cli.js', import.meta.url),
)

const CASES: readonly (readonly [SourceKind, Mode])[] = Object.keys(SOURCES).flatMap((kind) => [
  [kind as SourceKind, 'import'] as const,
  ...(DIRECT.includes(kind as SourceKind) ? [[kind as SourceKind, 'direct'] as const] : []),
])

let read: Read
const projects = new Map<string, PowerBiProject>()
const projectOf = (kind: SourceKind, mode: Mode = 'import'): PowerBiProject => {
  const found = projects.get(`${kind} ${mode}`)
  if (!found) throw new Error(`no ${kind} ${mode}`)
  return found
}

beforeAll(async () => {
  read = await readProject(unified)
  for (const [kind, mode] of CASES)
    projects.set(`${kind} ${mode}`, await exported(read, SOURCES[kind] as never, { mode }))
}, 60_000)

const tmdlOf = (project: PowerBiProject): readonly TmdlObject[] =>
  filesOf(project, /\.tmdl$/).flatMap(([, text]) => readTmdl(text.replace(/^ref table .*$/gm, '')))

describe('the files', () => {
  test.skipIf(!existsSync(schemas))('keep to the public schemas (../shared/data/pbi-schemas)', () => {
    const base = 'https://developer.microsoft.com/json-schemas/fabric/'
    const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false })
    for (const name of readdirSync(schemas, { recursive: true, encoding: 'utf8' }))
      if (name.endsWith('.json')) {
        const schema = JSON.parse(readFileSync(join(schemas, name), 'utf8')) as object
        ajv.addSchema({ ...schema, $id: base + name.replaceAll('\\', '/') })
      }
    const checked = filesOf(projectOf('parquet'), /\.(json|pbir|pbism|pbip|platform)$/).flatMap(
      ([path, text]) => {
        const { $schema, ...rest } = JSON.parse(text) as { readonly $schema?: string }
        if ($schema === undefined) return []
        const validate = ajv.getSchema($schema)
        if (!validate) return [`${path}: no schema ${$schema}`]
        return validate({ $schema, ...rest }) ? [''] : [`${path}: ${ajv.errorsText(validate.errors)}`]
      },
    )
    expect(checked.filter((text) => text !== '')).toEqual([])
    expect(checked.length).toBeGreaterThan(200)
  })

  test('satisfy the report authoring tool', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'c360-powerbi-'))
    try {
      const { files, model } = projectOf('parquet')
      await writeFiles(folder, files, false)
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [cli, 'validate', join(folder, `${model.name}.Report`)],
        { maxBuffer: 1 << 26 },
      )
      const { data } = JSON.parse(stdout) as {
        readonly data: {
          readonly errorCount: number
          readonly diagnostics?: Readonly<Record<string, unknown>>
        }
      }
      expect(data.errorCount).toBe(0)
      // Its schemas and theme metadata need a network.
      const others = Object.keys(data.diagnostics ?? {}).filter((code) => !/UNREACHABLE/.test(code))
      expect(others).toEqual([])
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }, 60_000)

  test.each(CASES)('%s, %s: every M query and parameter parses', async (kind, mode) => {
    const objects = tmdlOf(projectOf(kind, mode))
    const queries = objects.flatMap(({ name, children, text, kind: is }) => [
      ...(is === 'expression' ? [[name, text ?? ''] as const] : []),
      ...children
        .filter((child) => child.kind === 'partition')
        .map((child) => [name, child.properties.source ?? ''] as const),
    ])
    expect(queries.length).toBeGreaterThan(10)
    for (const [name, text] of queries) {
      const parsed = await TaskUtils.tryLexParse(DefaultSettings, text)
      expect(TaskUtils.isParseStageOk(parsed), `${name}: ${text}`).toBe(true)
    }
    expect(TaskUtils.isParseStageOk(await TaskUtils.tryLexParse(DefaultSettings, 'let a = in a'))).toBe(false)
  })

  test.each(CASES)('%s, %s: the lint finds nothing', (kind, mode) => {
    const { model, pages } = projectOf(kind, mode)
    expect(lint(model, pages)).toEqual([])
  })

  test('TMDL ends as it should: tabs, one blank line at the end, no byte order mark', () => {
    for (const [path, text] of filesOf(projectOf('csv'), /\.tmdl$/)) {
      expect(text.endsWith('\n\n') && !text.endsWith('\n\n\n'), path).toBe(true)
      expect(text.startsWith('\uFEFF') || text.includes('\r') || /^ /m.test(text), path).toBe(false)
    }
  })

  test('what TMDL says is what the model is: tables, relationships, ids once each', () => {
    const project = projectOf('parquet')
    const objects = tmdlOf(project)
    const tables = objects.filter(({ kind }) => kind === 'table')
    expect(tables.map(({ name }) => name).sort()).toEqual(project.model.tables.map(({ name }) => name).sort())
    const model = [...project.files].find(([path]) => path.endsWith('/model.tmdl'))?.[1] ?? ''
    const refs = [...model.matchAll(/^ref table (.*)$/gm)].map((found) =>
      (found[1] ?? '').replaceAll("'", ''),
    )
    expect(refs).toEqual(project.model.tables.map(({ name }) => name))
    const tags = [...project.files.values()].flatMap((text) =>
      [...text.matchAll(/(?:lineageTag: |relationship )([0-9a-f-]{36})/g)].map((found) => found[1]),
    )
    expect(new Set(tags).size).toBe(tags.length)
  })
})

describe('what changes when something changes', () => {
  test('nothing: the same wish gives the same bytes', async () => {
    const again = await exported(read, SOURCES.parquet as never)
    expect([...again.files]).toEqual([...projectOf('parquet').files])
  })

  test('a column is described anew: one line', async () => {
    const gold = read.gold.map((table) =>
      table.name === 'dim_products'
        ? {
            ...table,
            columns: table.columns.map((one) =>
              one.name === 'category' ? { ...one, description: 'Another word' } : one,
            ),
          }
        : table,
    )
    const next = await exported(read, SOURCES.parquet as never, { gold })
    const changed = [...next.files].filter(([path, text]) => projectOf('parquet').files.get(path) !== text)
    expect(changed.map(([path]) => path)).toEqual(['unified.SemanticModel/definition/tables/Product.tmdl'])
    const [path, text] = changed[0] ?? ['', '']
    const lines = diffLines(projectOf('parquet').files.get(path) ?? '', text)
    expect(lines.filter((line) => /^[-+]/.test(line))).toEqual([
      '- \t/// Product category',
      '+ \t/// Another word',
    ])
  })

  test('a measure is defined anew: the one line of what changed in it', async () => {
    const list = catalogue as Measure[]
    const changedBy = async (name: string, expression: Partial<Expression>): Promise<readonly string[]> => {
      const at = list.findIndex((one) => one.name === name)
      const [one] = list.slice(at, at + 1)
      if (!one) throw new Error(`no measure ${name}`)
      list[at] = { ...one, expression: { ...one.expression, ...expression } as Expression }
      try {
        const next = await exported(read, SOURCES.parquet as never)
        const before = projectOf('parquet').files
        return [...next.files]
          .filter(([path, text]) => before.get(path) !== text)
          .flatMap(([path, text]) => diffLines(before.get(path) ?? '', text))
          .filter((line) => /^[-+]/.test(line))
          .map((line) => line.replaceAll('\t', ''))
      } finally {
        list[at] = one
      }
    }
    const other: Condition = { is: 'word', column: 'status', value: 'on hold' }
    const [was = '', is = '', ...more] = await changedBy('pending_value', { where: other })
    expect(more).toEqual([])
    expect(was).toMatch(/^- measure Pending = .*"pending"/)
    expect(is).toBe(`+${was.slice(1).replace('"pending"', '"on hold"')}`)
    expect(await changedBy('aov', { scale: 3 })).toEqual([
      '- RETURN IF(NOT ISBLANK(Ratio), ROUND(Ratio, 2))',
      '+ RETURN IF(NOT ISBLANK(Ratio), ROUND(Ratio, 3))',
    ])
  })

  test('another place: parameters alone', async () => {
    const moved = await exported(read, {
      ...SOURCES.snowflake,
      server: 'other.snowflakecomputing.com',
    } as never)
    const before = projectOf('snowflake').files
    const changed = [...moved.files].filter(([path, text]) => before.get(path) !== text).map(([path]) => path)
    expect(changed).toEqual(['unified.SemanticModel/definition/expressions.tmdl'])
  })
})

describe('what is in it', () => {
  const text = (project: PowerBiProject): string => [...project.files.values()].join('\n')

  test('personal columns only when asked for, keys always', async () => {
    const columns = (project: PowerBiProject) =>
      project.model.tables.flatMap((table) =>
        table.columns.flatMap(({ source }) => (source === undefined ? [] : [`${table.gold}.${source}`])),
      )
    const personal = read.gold.flatMap(({ name, columns: all }) =>
      all.filter(({ pii }) => pii === 'direct').map((one) => `${name}.${one.name}`),
    )
    const without = columns(projectOf('parquet'))
    expect(without.filter((name) => personal.includes(name) && !name.endsWith('_id'))).toEqual([])
    expect(without).toContain('customer_360.customer_id')
    expect(text(projectOf('parquet'))).not.toMatch(/\bemail\b|first_name|"phone"/)
    const all = columns(await exported(read, SOURCES.parquet as never, { withPersonal: true }))
    expect(all).toEqual(
      expect.arrayContaining(['customer_360.email', 'dim_agents.name', 'dim_stores.manager']),
    )
  })

  test('sources that cannot make rows leave their measures out, by name', () => {
    for (const [kind, mode] of CASES) {
      const { leftOut, tables } = projectOf(kind, mode).model
      expect(
        leftOut.map(({ measure }) => measure),
        kind,
      ).toEqual(MAKES.includes(kind) ? [] : ['Repeat contacts', 'Cohort', 'Retained', 'Retention'])
      expect(
        tables.some(({ name }) => name === 'Cohorts'),
        kind,
      ).toBe(MAKES.includes(kind))
    }
  })

  test('DirectQuery: no shifted days, every table asked where it lies', () => {
    for (const kind of DIRECT) {
      const project = projectOf(kind, 'direct')
      expect(text(project)).not.toContain('DATEADD')
      const modes = tmdlOf(project).flatMap(({ children }) =>
        children.filter((one) => one.kind === 'partition').map(({ properties }) => properties.mode),
      )
      expect(new Set(modes)).toEqual(new Set(['directQuery']))
    }
  })

  test('a page for each subject; one without data is not there', async () => {
    const titles = ({ pages }: PowerBiProject) => pages.map(({ title }) => title)
    expect(titles(projectOf('parquet'))).toEqual([
      'Overview',
      'Retail dashboard',
      'Sales',
      'Peak times',
      'Segments',
      'Support',
      'Web',
      'Loyalty',
      'Retention',
      'Customer',
    ])
    const empty = new Set(['Sessions', 'Visitors', 'Pages per session', 'Session length', 'Page views'])
    expect(titles(await exported(read, SOURCES.parquet as never, { empty }))).not.toContain('Web')
  })

  test("the reference's dashboard: cards, stacked weekdays, Top N, segments, agents, tiers", () => {
    const [page] = projectOf('parquet').pages.filter(({ key }) => key === 'dashboard')
    const visuals = page?.rows.flatMap((row) => row.visuals) ?? []
    const of = (type: string) => visuals.filter((visual) => visual.type === type)
    expect(of('cardVisual').flatMap(({ roles }) => roles.Data?.map(({ name }) => name))).toEqual([
      'Resolution rate',
      'Agents',
      'Contacts',
    ])
    expect(of('columnChart')[0]?.roles).toMatchObject({
      Category: [{ name: 'Weekday' }],
      Series: [{ name: 'Channel' }],
    })
    expect(of('clusteredBarChart')[0]?.topN).toMatchObject({ count: 10, by: { name: 'Average order value' } })
    expect(of('donutChart').map(({ title }) => title)).toEqual([
      'Customers by segment',
      'Agents by resolution tier',
    ])
    const files = filesOf(projectOf('parquet'), /visual\.json$/).map(([, json]) => json)
    expect(files.filter((json) => json.includes('"type": "TopN"')).length).toBeGreaterThanOrEqual(3)
    expect(files.every((json) => json.includes('altText'))).toBe(true)
  })

  test('visuals lie side by side, in the order of the tab key, and on a phone', () => {
    const project = projectOf('parquet')
    const visuals = filesOf(project, /visual\.json$/)
    const pageOf = (path: string) => path.split('/').slice(0, 4).join('/')
    for (const page of new Set(visuals.map(([path]) => pageOf(path)))) {
      const files = visuals.filter(([path]) => pageOf(path) === page)
      const boxes = files.map(
        ([, json]) => (JSON.parse(json) as { position: Record<string, number> }).position,
      )
      for (const a of boxes)
        for (const b of boxes)
          if (a !== b) {
            const apart =
              at(a, 'x') + at(a, 'width') <= at(b, 'x') ||
              at(b, 'x') + at(b, 'width') <= at(a, 'x') ||
              at(a, 'y') + at(a, 'height') <= at(b, 'y') ||
              at(b, 'y') + at(b, 'height') <= at(a, 'y')
            expect(apart, page).toBe(true)
          }
      expect(new Set(boxes.map(({ tabOrder }) => tabOrder)).size).toBe(boxes.length)
    }
    expect(filesOf(project, /mobile\.json$/).length).toBeGreaterThan(80)
  })
})

const at = (box: Readonly<Record<string, number>>, name: string): number => box[name] ?? Number.NaN
