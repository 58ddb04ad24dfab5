import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type ProjectFiles, projectFrom } from '../../src/project/load.ts'
import type { SourceFile } from '../../src/project/source-file.ts'
import { share } from '../support/long.ts'

const MUTANTS = share(5_000)
const SEED = 20_250_630
/** Milliseconds for one project of mutants. */
const MOST_TIME = 10_000

const ROOTS = ['../../examples/retail', '../project/cases/ok-friendly', '../project/cases/ok-merge-keys']

const read = (root: string, path: string): SourceFile => ({ path, bytes: readFileSync(join(root, path)) })

const projects: readonly ProjectFiles[] = ROOTS.map((relative) => {
  const root = join(import.meta.dirname, relative)
  const contracts = readdirSync(join(root, 'contracts')).sort()
  return {
    root,
    config: read(root, 'c360.yaml'),
    contracts: contracts.map((name) => read(root, `contracts/${name}`)),
    models: [],
  }
})

/** mulberry32: the same numbers for the same seed, everywhere. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * below)
  }
}

type Random = (below: number) => number
type Mutation = (text: string, random: Random) => string

const pick = <T>(items: readonly T[], random: Random, otherwise: T): T =>
  items[random(items.length)] ?? otherwise

const onLines =
  (change: (lines: string[], at: number, random: Random) => void): Mutation =>
  (text, random) => {
    const lines = text.split('\n')
    change(lines, random(lines.length), random)
    return lines.join('\n')
  }

const TOKENS = [
  '{',
  '}',
  '[',
  ']',
  ':',
  '-',
  '"',
  "'",
  '&a',
  '*a',
  '<<: *a',
  '!!int',
  '|',
  '>',
  '?',
  '#',
  '%',
  '@',
  '~',
  'null',
  'true',
  '1e999',
  '0x1F',
  '.nan',
  '---',
  '...',
  '\t',
  ',',
  '__proto__',
  'constructor',
  'toString',
  '2024',
  '$ {x}',
]

const aliasBomb = (key: string) =>
  Array.from(
    { length: 10 },
    (_, i) =>
      `${key}${i}: &${key}${i} ${
        i === 0
          ? '{ a: 1 }'
          : `{ <<: [${Array(9)
              .fill(`*${key}${i - 1}`)
              .join(', ')}] }`
      }`,
  ).join('\n')

const mutations: Readonly<Record<string, Mutation>> = {
  deleteLine: onLines((lines, at) => void lines.splice(at, 1)),
  repeatLine: onLines((lines, at, random) => void lines.splice(random(lines.length), 0, lines[at] ?? '')),
  swapLines: onLines((lines, at, random) => {
    const other = random(lines.length)
    ;[lines[at], lines[other]] = [lines[other] ?? '', lines[at] ?? '']
  }),
  indent: onLines((lines, at, random) => {
    lines[at] = ' '.repeat(random(12)) + (lines[at] ?? '').trimStart()
  }),
  tab: onLines((lines, at) => {
    lines[at] = `\t${lines[at]}`
  }),
  cut: (text, random) => text.slice(0, random(text.length)),
  insertToken: (text, random) => {
    const at = random(text.length)
    return `${text.slice(0, at)}${pick(TOKENS, random, '')}${text.slice(at)}`
  },
  replaceWord: (text, random) => {
    const words = [...text.matchAll(/[\w*.%-]+/g)]
    const one = words[random(words.length)]
    const other = random(2) === 0 ? pick(TOKENS, random, '') : (words[random(words.length)]?.[0] ?? '')
    return one ? text.slice(0, one.index) + other + text.slice(one.index + one[0].length) : text
  },
  swapLetters: (text, random) => {
    const at = random(text.length - 1)
    return `${text.slice(0, at)}${text[at + 1] ?? ''}${text[at] ?? ''}${text.slice(at + 2)}`
  },
  repeatText: (text, random) => {
    const at = random(text.length)
    return text.slice(0, at) + text.slice(at, at + 1 + random(40)).repeat(1 + random(60)) + text.slice(at)
  },
  nest: (text, random) =>
    `${text}\nx-deep: ${pick(['[', '{a: ', '- '], random, '[').repeat(1 + random(random(20) === 0 ? 900 : 50))}`,
  bomb: (text, random) =>
    `${aliasBomb('x-')}\n${text.replace(/\{ field/g, () => (random(2) === 0 ? '{ <<: *x-9, field' : '{ field'))}`,
  circle: (text, random) => text.replaceAll(': {', () => (random(3) === 0 ? ': &o { <<: *o, ' : ': {')),
  manyKeys: (text, random) =>
    `${text}\n${Array.from({ length: random(random(20) === 0 ? 2_000 : 50) }, (_, i) => `  K${i}: k${i % 50}`).join('\n')}`,
}

function flipBytes(bytes: Uint8Array, random: Random): Uint8Array {
  const flipped = Uint8Array.from(bytes)
  for (let times = 1 + random(4); times > 0; times--) flipped[random(flipped.length)] = random(256)
  return flipped
}

function mutate(file: SourceFile, random: Random): SourceFile {
  if (random(5) === 0) return { ...file, bytes: flipBytes(file.bytes, random) }
  const kinds = Object.values(mutations)
  let text = new TextDecoder().decode(file.bytes)
  for (let times = 1 + random(3); times > 0; times--) text = pick(kinds, random, (same) => same)(text, random)
  return { ...file, bytes: new TextEncoder().encode(text) }
}

/** A project of a few of the files, each a mutant now and then; at least one always is. */
function mutant(project: ProjectFiles, random: Random): { files: ProjectFiles; mutants: number } {
  const some = Array.from({ length: 3 }, () => random(project.contracts.length))
  const few = project.contracts.filter((_, index) => some.includes(index))
  const victim = random(few.length + 1)
  let mutants = 0
  const maybe = (file: SourceFile, index: number) => {
    if (index !== victim && random(2) === 0) return file
    mutants++
    return mutate(file, random)
  }
  const contracts = few.map(maybe)
  const config = project.config && maybe(project.config, few.length)
  return { files: { ...project, contracts, ...(config ? { config } : {}) }, mutants }
}

test(`${MUTANTS} mutants of c360.yaml and contracts give a project or problems with file and line, in time`, {
  timeout: 120_000,
}, () => {
  const random = randomFrom(SEED)
  const outcomes = { projects: 0, refused: 0 }
  for (let mutants = 0; mutants < MUTANTS; ) {
    const { files, mutants: more } = mutant(
      pick(projects, random, { root: '/', contracts: [], models: [] }),
      random,
    )
    mutants += more
    const started = performance.now()
    const { project, problems } = projectFrom(files)
    expect(performance.now() - started).toBeLessThan(MOST_TIME)
    const errors = problems.filter(({ severity }) => severity !== 'warn')
    expect(project === undefined).toBe(errors.length > 0)
    const lines = new Map(
      [...files.contracts, ...(files.config ? [files.config] : [])].map(({ path, bytes }) => [
        path,
        new TextDecoder().decode(bytes).split(/\r\n|\r|\n/).length,
      ]),
    )
    const misplaced = problems.filter(({ file = '', line = 0 }) => line < 1 || line > (lines.get(file) ?? 0))
    expect(misplaced).toEqual([])
    outcomes[project ? 'projects' : 'refused']++
  }
  // Both ends are reached: a fuzzer that breaks everything at the first brace tests only the parser.
  expect(outcomes.projects).toBeGreaterThan(MUTANTS / 250)
  expect(outcomes.refused).toBeGreaterThan(MUTANTS / 25)
})

const HEAD = 'files: a.csv\nentity: customer\nkey: customer_id\n'
const many = (count: number, item: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => item(index) + (index % 100 === 99 ? ',\n ' : ',')).join(' ')

const huge: Readonly<Record<string, string>> = {
  columns: `${HEAD}columns: { ${many(20_000, (i) => `c${i}:`)} }`,
  'names like a field': `${HEAD}columns: { ${many(10_000, (i) => `customer_i${i}:`)} }`,
  'a long key': `files: a.csv\nentity: customer\nkey: [${many(1_999, (i) => `k${i}`)}]\ncolumns: { ${many(15_000, (i) => `c${i}:`)} }`,
  'unknown keys': `${HEAD}columns: { CustomerID: }\n${Array.from({ length: 9_000 }, (_, i) => `unknown_${i}: 1`).join('\n')}`,
  'the same key': `${HEAD}columns: { CustomerID: }\n${'a: 1\n'.repeat(9_000)}`,
  'aliases of a large mapping': `x-a: &a { ${many(900, (i) => `k${i}: 1`)} }\n${HEAD}columns: { ${many(990, (i) => `c${i}: *a`)} }`,
  brackets: `${HEAD}x-deep:\n${'[\n'.repeat(9_000)}`,
  'matched brackets': `${HEAD}x-deep: ${'['.repeat(1_500)}${']'.repeat(1_500)}`,
  'one long line': `${HEAD}x-long: ${'a: '.repeat(80_000)}`,
}

test.each(Object.entries(huge))(
  'a file with too many of something is answered in time: %s',
  { timeout: 60_000 },
  (_, content) => {
    const contract = { path: 'contracts/huge.yaml', bytes: new TextEncoder().encode(content) }
    const started = performance.now()
    const { project, problems } = projectFrom({ root: '/', contracts: [contract], models: [] })
    expect(performance.now() - started).toBeLessThan(MOST_TIME)
    expect(project).toBeUndefined()
    expect(problems.map(({ file }) => file)).toContain('contracts/huge.yaml')
  },
)

test('a clean project after all that is still read as before', () => {
  for (const project of projects) expect(projectFrom(project)).toEqual(projectFrom(structuredClone(project)))
  expect(projects.map((files) => projectFrom(files).problems)).toEqual([[], [], []])
})
