import { gzipSync } from 'node:zlib'
import type { Cell } from '../../src/workbook/index.ts'
import type { LabFiles } from '../support/lab.ts'
import type { Random } from '../support/random.ts'
import { parquetBytes, type SheetText, type Table, workbookBytes } from './bytes.ts'
import { sources } from './market-sources.ts'
import { type FileKind, values, type World } from './world.ts'

/** 0 to 5 rows of a source, now and then without one of its columns or with one more. */
function drawTable(source: string, random: Random): Table {
  const columns = sources[source]?.columns ?? {}
  const all = Object.keys(columns)
  const lacking = random.chance(0.08) ? random.pick(all.slice(1)) : undefined
  const header = [...all.filter((name) => name !== lacking), ...(random.chance(0.08) ? ['Note'] : [])]
  const cell = (name: string) => {
    const { good, odd } = columns[name] ?? values('red', '')
    return odd.length > 0 && random.chance(0.12) ? random.pick(odd) : random.pick(good)
  }
  return { header, rows: Array.from({ length: random.below(6) }, () => header.map(cell)) }
}

const DAY_MS = 86_400_000

/** A text as a spreadsheet would keep it: a date, a number, a boolean or an error more often than not. */
function cellOf(text: string, random: Random): Cell {
  if (text === '') return null
  if (text === '#N/A') return { error: '#N/A' }
  if (!random.chance(0.7)) return text
  if (text === 'TRUE' || text === 'FALSE') return text === 'TRUE'
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text)
  const ms = /^\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?$/.test(text) ? Date.parse(`${text}Z`) : Number.NaN
  if (Number.isNaN(ms)) return text
  return text.length === 10 ? { date: ms / DAY_MS } : { dateTime: ms }
}

/** Each source's sheet: mostly where the first contract looks for it, now and then named otherwise, further down, or not there. */
function drawBook(sheets: Readonly<Record<string, readonly string[]>>, random: Random): string {
  const drawn = Object.entries(sheets).flatMap(([source, names]): SheetText[] => {
    if (random.chance(0.05)) return []
    const name = (random.chance(0.2) ? names[1] : undefined) ?? names[0] ?? ''
    return [drawSheet(name, drawTable(source, random), random)]
  })
  const notes: SheetText = { name: 'Notes', above: 0, header: ['Remark'], rows: [['nothing']] }
  return JSON.stringify(drawn.length === 0 || random.chance(0.1) ? [...drawn, notes] : drawn)
}

function drawSheet(name: string, { header, rows }: Table, random: Random): SheetText {
  const cells = rows.map((row) => row.map((text) => cellOf(text, random)))
  const noted = cells.map((row) => (random.chance(0.05) ? [...row, 'call back'] : row))
  const spaced = noted.flatMap((row) => (random.chance(0.06) ? [null, row] : [row]))
  return { name, above: random.chance(0.2) ? 2 : 0, header, rows: spaced }
}

const csvText = ({ header, rows }: Table): string =>
  [header, ...rows].map((cells) => `${cells.join(',')}\n`).join('')

/** One object a line; `device.type` lies within `device`, and an empty text is left out. */
const ndjsonText = ({ header, rows }: Table): string =>
  rows.map((row) => `${JSON.stringify(nested(header, row))}\n`).join('')

function nested(header: readonly string[], row: readonly string[]): Record<string, unknown> {
  const record: Record<string, unknown> = {}
  header.forEach((name, place) => {
    const text = row[place] ?? ''
    const [outer = '', inner] = name.split('.')
    if (text !== '') record[outer] = inner === undefined ? text : { [inner]: text }
  })
  return record
}

const slotted = (pattern: string) => (slot: number) => pattern.replace('*', String(slot))

const book = (
  path: (slot: number) => string,
  sheets: Readonly<Record<string, readonly string[]>>,
): FileKind => ({
  sources: Object.keys(sheets),
  path,
  draw: (random) => drawBook(sheets, random),
  bytes: workbookBytes,
})

const csv = (source: string): FileKind => ({
  sources: [source],
  path: slotted(`${source}-*.csv`),
  draw: (random) => csvText(drawTable(source, random)),
  bytes: (text) => text,
})

const kinds: Readonly<Record<string, FileKind>> = {
  book: book(slotted('book-*.xlsx'), { people: ['Customers', 'Kunden'], tickets: ['Tickets', 'Anfragen'] }),
  sales: book(slotted('sales-*.xlsx'), { sales: ['Sales'] }),
  products: book((slot) => (slot === 3 ? 'products-latest.xlsx' : `products-2024-0${slot + 1}-01.xlsx`), {
    products: ['Products'],
  }),
  orders: {
    sources: ['orders'],
    path: slotted('orders-*.parquet'),
    draw: (random) => JSON.stringify(drawTable('orders', random)),
    bytes: (text) => parquetBytes(text, { at: 'timestamp', amount: 'decimal(12,2)' }),
  },
  visits: {
    sources: ['visits'],
    path: slotted('visits-*.ndjson.gz'),
    draw: (random) => ndjsonText(drawTable('visits', random)),
    bytes: async (text) => gzipSync(text),
  },
  members: csv('members'),
  accounts: csv('accounts'),
}

const rules = (...more: readonly string[]): string =>
  `${[
    'version: 1',
    'name: market',
    'currency: USD',
    'landing: landing',
    'lake: lake',
    'warehouse: warehouse',
    'threads: 1',
    ...more,
  ].join('\n')}\n`

const USUAL = [
  'time_zone: America/New_York',
  'rules:',
  '  tier_order: [Low, High]',
  '  champion_tiers: [High]',
]

/** What a day is, which day it is, and every rule a shipped model reads. */
const configs: readonly string[] = [
  rules(...USUAL, '  counted_statuses: all', '  active_within: 3 months', '  churned_after: 30 days'),
  rules(...USUAL, '  counted_statuses: all', '  as_of: 2024-03-31'),
  rules(...USUAL, '  counted_statuses: [Completed]', '  as_of: 2024-07-20', '  churned_after: 10 days'),
  rules(
    'time_zone: Asia/Tokyo',
    ...USUAL.slice(1),
    '  counted_statuses: all',
    '  active_within: 1 months',
    '  high_value: { percentile: 0.5, population: buyers }',
    '  session_categories: [{ name: Short, up_to: 30 seconds }, { name: Long }]',
  ),
  rules(
    ...USUAL,
    '  counted_statuses: [Completed, Failed]',
    '  tier_points: { High: 1000 }',
    '  suggested_actions:',
    '    - { when: open_ticket, older_than: 3 days, action: Resolve }',
    '    - { when: near_next_tier, within_points: 100, action: Tell }',
    '    - { when: one_purchase, from: 5 days, to: 90 days, action: Invite }',
  ),
]

const project = (names: readonly string[]): LabFiles => ({
  config: configs[0] ?? '',
  contracts: Object.fromEntries(
    names
      .flatMap((name) => kinds[name]?.sources ?? [])
      .map((source) => [source, sources[source]?.contracts[0] ?? '']),
  ),
})

/** Workbooks, one of them read by two sources, beside CSV, NDJSON and Parquet; with every shipped model. */
export const market: World = {
  sources,
  kinds,
  families: [
    ['book', 'sales', 'visits'],
    ['book', 'products', 'orders'],
    ['book', 'members', 'accounts', 'sales'],
  ],
  configs,
  weights: {
    write: 32,
    move: 8,
    return: 5,
    file: 14,
    contract: 12,
    config: 8,
    edit: 9,
    dismiss: 5,
    reopen: 2,
    rollback: 3,
    unpin: 2,
  },
  late: 0.3,
  project,
}
