import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fieldType } from '../../src/plan/columns.ts'
import { silverFields } from '../../src/plan/stage.ts'
import type { Contract, Project } from '../../src/project/types.ts'
import { loadProjectOrFail } from '../../src/run/prepare.ts'
import { generateRetail } from '../../src/samples/retail.ts'
import { workspace } from '../../src/synapse/workspace.ts'
import { retailProject, type TestProject } from '../support/project.ts'
import { keyOf, type Row, runFlow, Table } from './evaluate.ts'
import { contractOf, landingReader, PLACES, records, scriptOf, shown, shownSql } from './support.ts'

let retail: TestProject
let landing: string
let project: Project
let files: ReadonlyMap<string, string>

/** In a later file, what of a known row is different: its value, or its time, which is earlier or later than before. */
const CHANGED: Readonly<Record<string, string>> = {
  Customers: 'Address',
  Products: 'Price',
  Stores: 'Manager',
  Agents: 'Department',
  LoyaltyAccounts: 'PointsEarned',
  LoyaltyTransactions: 'PointsChange',
  CustomerServiceInteractions: 'DateTime',
  InStoreTransactions: 'DateTime',
  OnlineTransactions: 'DateTime',
}

/** Two sources with all that a contract may say of a text: odd syntax, every step of cleaning, patterns of time, packed files. */
const CUSTOM: Readonly<Record<string, string | Buffer>> = {
  'contracts/club.yaml': `
files: Club*.csv
entity: customer
id_space: club
key: [customer_id]
load: full
format: { delimiter: ";", quote: "'", escape: "\\\\", encoding: latin-1, thousands: ".", decimal: "," }
columns:
  "Kunden-Nr": { field: customer_id, clean: [{ strip_prefix: "K-" }] }
  Full Name: { field: name, clean: [collapse_spaces, title_case, { nulls: [unbekannt, "'"] }], split: name }
  Mail: { field: email, clean: [email] }
  Phone: { field: phone, clean: [{ phone: "+44" }] }
  Place: { type: text, clean: [collapse_spaces, state_name], split: city_state }
  Since: { field: signup_date, formats: ["%d.%m.%Y", "%-d %b %Y"] }
  News: email_opt_in
  Score: { type: decimal }
  Visits: { type: integer, clean: [upper, lower] }
  Seen: { type: timestamp, formats: ["%d/%m/%Y %I:%M %p", "%d/%m/%Y %H:%M:%S.%f", "%Y%m%dT%H%M%S%z"] }
`,
  'landing/Club.csv': Buffer.from(
    [
      'Kunden-Nr;Full Name;Mail;Phone;Place;Since;News;Score;Visits;Seen',
      "K-1;  jane   MARY o\\'neil ; Jane@X.org ;(020) 7946 0958;Austin,  TX;03.02.2024;Yes;1.234,5;1.000;03/02/2024 09:05 pm",
      " K- 2 ;'Müller;Zoë';z@x.de;+44 20 1;Paris;7 Mar 2023;off;-0,05;7;03/02/2024 23:59:59.5",
      "K-3;UNBEKANNT;;00 44 20;'Boston, texas';;0;;;20240203T101112+0530",
      'K-5;old;o@l.d;;;;;;;',
      "4;Cher;c@d.e;;'Reno, nv';31.12.1999;T;12;-3;03/07/2024 12:00 am",
    ].join('\n'),
    'latin1',
  ),
  'landing/Club_2.csv':
    'Kunden-Nr;Full Name;Mail;Phone;Place;Since;News;Score;Visits;Seen\nK-5;new;n@e.w;;;;;1,00;;\n',
  'contracts/market.yaml': `
files: [Market*.csv, Market*.csv.gz]
entity: transaction
load: append
time_zone: Europe/Berlin
set: { channel: market, status: Completed }
columns:
  When: { field: occurred_at }
  Paid: { field: amount, clean: [money] }
  Pieces: { field: quantity }
  State: { clean: [state_code] }
  Note: { type: text, pii: none }
`,
  'landing/Market.csv': [
    'When,Paid,Pieces,State,Note',
    '2024-07-01T10:00:00Z,"$1,234.50",1,Texas,plain',
    '2024-07-01 10:00:00.123456,-$ 59.90,2,tx,"two\nlines"',
    '2024-07-01 10:00:00+02:00,(12.00),3,Nowhere,"a ""quoted"" word"',
    '2024-01-15T10:00:00.5-0500,USD 7,4,,',
    '2024-07-01,5 USD,5,new york,\u00a0spaced\u00a0',
    '2024-03-31 12:00:00 UTC,0.1,6,DC,last',
    'soon,many,some,,bad',
    '',
  ]
    .join('\n')
    .replace('"$1,234.50"', '$1234.50'),
  'landing/Market_2.csv.gz': gzipSync('When,Paid,Pieces,State,Note\n2024-12-24 18:00:00,$3.10,1,VT,packed\n'),
}

const syntax = { columnDelimiter: ',', quoteChar: '"', escapeChar: '"' }

const isPlain = (line: string): boolean => !line.includes('\0') && line.split('"').length % 2 === 1

/** Lines that a splitter may read in more than one way are no claim of anybody's: they are taken out. */
async function onlyPlainLines(path: string): Promise<readonly string[]> {
  const [header = '', ...lines] = (await readFile(path, 'utf8')).split(/\r?\n/)
  const width = header.split(',').length
  const plain = lines.filter((line) => isPlain(line) && records(line, syntax)[0]?.length === width)
  await writeFile(path, [header, ...plain, ''].join('\n'))
  return [header, ...plain]
}

const changed = (column: string, value: string, at: number): string => {
  if (column === 'DateTime') return value.replace(/^\d{4}/, at % 2 === 0 ? '2019' : '2031')
  return /^[-\d.]+$/.test(value) ? String(at + 1) : `${value} ${at}`
}

function laterFile(name: string, [header = '', ...lines]: readonly string[]): string {
  const columns = header.split(',')
  const column = CHANGED[name] ?? ''
  const rows = lines.slice(0, 30).map((line, at) => {
    const cells = records(line, syntax)[0] ?? []
    return columns.map((one, n) => (one === column ? changed(column, cells[n] ?? '', at) : (cells[n] ?? '')))
  })
  const quoted = rows.map((cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(','))
  return [header, ...quoted, ''].join('\n')
}

beforeAll(async () => {
  retail = await retailProject(undefined, [])
  landing = join(retail.root, 'landing')
  await generateRetail(landing, { customers: 50, seed: 11 })
  const names = (await readdir(landing)).filter((name) => name.endsWith('.csv'))
  const kept = new Map<string, readonly string[]>()
  for (const name of names) kept.set(name.replace('.csv', ''), await onlyPlainLines(join(landing, name)))
  for (const [name, lines] of kept) await writeFile(join(landing, `${name}_2.csv`), laterFile(name, lines))
  for (const [path, text] of Object.entries(CUSTOM)) await retail.write(path, text)
  await retail.run()
  project = await loadProjectOrFail(retail.root)
  files = workspace(project, PLACES, 'UTC').files
}, 60_000)
afterAll(() => retail?.[Symbol.asyncDispose]())

/** A flow over the rows that a run took: the table, and the rows each key had, best first. */
async function loaded(contract: Contract) {
  const rows = await retail.query(
    `select _source_file as file, _row_number as row from silver.quarantine where source = '${contract.source}'`,
  )
  const held = new Set(rows.map(({ file, row }) => `${file}:${row}`))
  const reader = landingReader(
    landing,
    files,
    contract.source,
    ({ file, row }) => !held.has(`${file}:${row}`),
  )
  const table = new Table()
  const streams = runFlow(scriptOf(files, contract.source), { landing: 'landing/' }, reader.read, table)
  const ranked = new Map<string, Row[]>()
  for (const row of streams.get('Ranked') ?? []) {
    const key = keyOf(contract.key.map((field) => row[field] ?? null))
    ranked.set(key, [...(ranked.get(key) ?? []), row])
  }
  return { table: table.rows, ranked, held }
}

/** Keys whose newest row only its values tell from another: a run goes by the number of the row in its file instead. */
function tied(contract: Contract, ranked: ReadonlyMap<string, readonly Row[]>): Set<string> {
  const place = (row: Row | undefined) =>
    keyOf([...contract.order, 'file'].map((field) => row?.[field] ?? null))
  const values = (row: Row | undefined) => keyOf(silverFields(contract).map((field) => row?.[field] ?? null))
  return new Set(
    [...ranked]
      .filter(
        ([, [first, second]]) => second && place(first) === place(second) && values(first) !== values(second),
      )
      .map(([key]) => key),
  )
}

describe('over the rows that a run takes, a flow gives what silver has', () => {
  test.each([...Object.keys(CHANGED), 'Club', 'Market'])('%s', async (name) => {
    const contract = project.contracts.find(({ files: globs }) => globs[0] === `${name}*.csv`)
    if (!contract) throw new Error(`no contract reads ${name}`)
    const { table, ranked } = await loaded(contract)
    const skipped = tied(contract, ranked)
    const fields = silverFields(contract)
    const columns = fields.map((field) => shownSql(field, fieldType(contract, field))).join(', ')
    const silver = await retail.query(`select ${columns} from silver.${contract.source}`)
    const keyText = (row: Record<string, unknown>) => JSON.stringify(contract.key.map((field) => row[field]))
    const plain = (row: Row) => Object.fromEntries(fields.map((field) => [field, shown(row[field])]))
    const left = new Set([...skipped].map((key) => keyText(plain(table.get(key) ?? {}))))
    const byKey = (rows: readonly Record<string, unknown>[]) =>
      rows
        .map((row) => [keyText(row), row] as const)
        .filter(([key]) => !left.has(key))
        .sort(([a], [b]) => (a < b ? -1 : 1))
    const [ours, theirs] = [byKey([...table.values()].map(plain)), byKey(silver)].map((rows) =>
      rows.map((row) => JSON.stringify(row)),
    )
    expect({
      only: ours?.filter((row) => !theirs?.includes(row)),
      missing: theirs?.filter((row) => !ours?.includes(row)),
    }).toEqual({ only: [], missing: [] })
    expect(table.size).toBe(silver.length)
    expect(skipped.size).toBeLessThan(silver.length / 4)
    if (name in CHANGED)
      expect([...ranked.values()].filter((rows) => rows.length > 1).length).toBeGreaterThan(3)
  })
})

test('a row that a run holds back is loaded, and a value that is not of its type is NULL', async () => {
  const contract = contractOf(project.contracts, 'market')
  const { held } = await loaded(contract)
  expect([...held]).toEqual(['Market.csv:7'])
  const all = new Table()
  const { read } = landingReader(landing, files, contract.source)
  runFlow(scriptOf(files, contract.source), { landing: 'landing/' }, read, all)
  const bad = [...all.rows.values()].find(({ note }) => note === 'bad')
  expect(bad).toMatchObject({ occurred_at: null, amount: null, quantity: null, channel: 'market' })
})

test('loaded again, with the files in another order, nothing is different', async () => {
  const contract = contractOf(project.contracts, 'products')
  const { read } = landingReader(landing, files, contract.source)
  const [once, again] = [new Table(), new Table()]
  const script = scriptOf(files, contract.source)
  runFlow(script, { landing: 'landing/' }, read, once)
  runFlow(script, { landing: 'landing/' }, (...asked) => read(...asked).toReversed(), again)
  expect([...again.rows].sort()).toEqual([...once.rows].sort())
  runFlow(script, { landing: 'landing/' }, read, again)
  expect(again.rows.size).toBe(once.rows.size)
})
