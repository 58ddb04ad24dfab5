import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const src = fileURLToPath(new URL('../src', import.meta.url))

/** Who may import whom: a folder of src/ on the left, those it knows on the right. Itself is always allowed. */
const knows: Readonly<Record<string, readonly string[]>> = {
  'errors.ts': [],
  'installed.ts': ['errors.ts'],
  storage: ['errors.ts', 'installed.ts'],
  sql: ['errors.ts', 'model types', 'project words'],
  project: ['errors.ts', 'model data', 'secrets'],
  secrets: ['errors.ts', 'project types'],
  model: ['errors.ts', 'project types', 'project words', 'sql'],
  lake: ['errors.ts', 'storage', 'engines seam'],
  sources: ['errors.ts', 'storage', 'project types'],
  plan: ['errors.ts', 'project', 'model', 'sql'],
  engines: ['errors.ts', 'installed.ts', 'sql', 'model types', 'storage retry'],
  run: [
    'errors.ts',
    'storage',
    'secrets',
    'project',
    'model',
    'sql',
    'semantic',
    'lake',
    'sources',
    'plan',
    'engines',
  ],
  watch: ['errors.ts', 'storage', 'project', 'sources', 'run', 'secrets'],
  quarantine: ['errors.ts', 'storage', 'project', 'sql', 'lake', 'plan', 'engines', 'run'],
  workbook: [],
  lineage: ['errors.ts', 'model', 'project', 'sql', 'plan', 'engines', 'run', 'storage'],
  profile: ['errors.ts', 'storage', 'project', 'model', 'sources', 'engines', 'sql'],
  semantic: ['errors.ts', 'model', 'sql'],
  server: [
    'errors.ts',
    'storage',
    'project',
    'model',
    'sql',
    'plan',
    'engines',
    'run',
    'quarantine',
    'semantic',
    'lineage',
    'reconcile',
    'profile',
    'workbook',
    'watch',
  ],
  web: ['server types', 'model types', 'semantic types'],
  reconcile: ['errors.ts', 'project', 'model', 'sql', 'plan', 'engines', 'run'],
  samples: ['workbook'],
  powerbi: ['errors.ts', 'model', 'sql'],
  synapse: ['errors.ts', 'model', 'project', 'plan', 'engines'],
  parity: ['errors.ts', 'engines seam', 'sql', 'model'],
  fabric: ['errors.ts', 'installed.ts', 'powerbi'],
  cli: [
    'errors.ts',
    'fabric',
    'lineage',
    'project',
    'plan',
    'engines',
    'run',
    'quarantine',
    'samples',
    'sql',
    'model',
    'parity',
    'powerbi',
    'profile',
    'reconcile',
    'secrets',
    'semantic',
    'server',
    'synapse',
    'watch',
  ],
}

/** Single files that a folder is known by: narrower than the folder. */
const doors: Readonly<Record<string, RegExp>> = {
  'model types': /^model\/(types|semantic-types)\.ts$/,
  'semantic types': /^semantic\/types\.ts$/,
  'server types': /^server\/schemas\/[a-z-]+\.ts$/,
  'model data': /^model\/(types|entities)\.ts$/,
  'project types': /^project\/types\.ts$/,
  'project words': /^project\/words\.ts$/,
  'storage retry': /^storage\/retry\.ts$/,
  'engines seam': /^engines\/engine\.ts$/,
}

const pure = [
  /^semantic\//,
  /^powerbi\//,
  /^synapse\//,
  /^plan\//,
  /^model\/(?!gold\.ts)/,
  /^sql\//,
  /^engines\/[a-z-]+\/(traits|dialect|marks|sql-target|sql-casts|parity)\.ts$/,
]
const impure = /^node:(?!crypto)|^@duckdb|\bprocess\.|\bDate\.now|\bMath\.random|\bfetch\(/

interface Import {
  readonly from: string
  readonly to: string
  readonly typeOnly: boolean
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => name.replaceAll('\\', '/'))

const text = (file: string): string => readFileSync(join(src, file), 'utf8')

const imports: readonly Import[] = files.flatMap((from) =>
  [
    ...text(from).matchAll(/(import|export)\s+(type\s)?[^'"()]*?from\s+'(\.[^']+)'|import\('(\.[^']+)'\)/g),
  ].map((found) => ({
    from,
    to: relative(src, join(src, dirname(from), found[3] ?? found[4] ?? '')).replaceAll('\\', '/'),
    typeOnly: found[2] !== undefined,
  })),
)

const folderOf = (file: string): string => file.split('/')[0] ?? ''

const isAllowed = ({ from, to }: Import): boolean =>
  folderOf(from) === folderOf(to) ||
  (knows[folderOf(from)] ?? []).some((name) => doors[name]?.test(to) ?? name === folderOf(to))

test('every folder of src is in the table', () => {
  expect([...new Set(files.map(folderOf))].filter((folder) => !(folder in knows))).toEqual([])
})

test('imports go one way', () => {
  expect(imports.filter((edge) => !isAllowed(edge)).map(({ from, to }) => `${from} -> ${to}`)).toEqual([])
})

test('an engine never imports another, and sources, plan and lake know no engine', () => {
  const engine = (file: string) => /^engines\/([a-z-]+)\//.exec(file)?.[1]
  const crossing = imports.filter(
    ({ from, to }) => engine(from) !== undefined && engine(to) !== undefined && engine(from) !== engine(to),
  )
  expect(crossing).toEqual([])
})

test('the browser app takes types from the program, never code', () => {
  const code = imports.filter(
    ({ from, to, typeOnly }) => from.startsWith('web/') && !to.startsWith('web/') && !typeOnly,
  )
  expect(code.map(({ from, to }) => `${from} -> ${to}`)).toEqual([])
})

test('no import circle', () => {
  const next = new Map<string, string[]>()
  for (const { from, to, typeOnly } of imports) if (!typeOnly) next.set(from, [...(next.get(from) ?? []), to])
  const circles: string[] = []
  const visit = (file: string, path: readonly string[], done: Set<string>): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' -> '))
    if (path.includes(file) || done.has(file)) return
    for (const to of next.get(file) ?? []) visit(to, [...path, file], done)
    done.add(file)
  }
  const done = new Set<string>()
  for (const file of files) visit(file, [], done)
  expect(circles).toEqual([])
})

test('plan, model, sql, traits and dialects are pure', () => {
  const guilty = files
    .filter((file) => pure.some((pattern) => pattern.test(file)))
    .flatMap((file) =>
      text(file)
        .split('\n')
        .filter((line) => !/^\s*(\*|\/\/|\/\*)/.test(line))
        .filter((line) => impure.test(/from '([^']+)'/.exec(line)?.[1] ?? line))
        .map((line) => `${file}: ${line.trim()}`),
    )
  expect(guilty).toEqual([])
})
