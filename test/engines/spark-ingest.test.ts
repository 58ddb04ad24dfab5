import { mkdtemp, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { duckdb } from '../../src/engines/duckdb/index.ts'
import { sparkRemote } from '../../src/engines/spark/remote.ts'
import { all } from '../../src/run/execute.ts'
import { prepare } from '../../src/run/prepare.ts'
import { refuseFormats } from '../../src/run/target/landing-url.ts'
import { previewThere } from '../../src/run/target/preview.ts'
import { generateRetail } from '../../src/samples/retail.ts'
import { csv, customers, HELD, ORDER, ordersWith, small } from '../history/small.ts'
import type { Lab } from '../support/lab.ts'
import { retailProject } from '../support/project.ts'
import { sparkWhenAsked } from '../support/spark.ts'
import { startSparkThrift } from '../support/spark-thrift.ts'
import { dying } from './dying.ts'
import { inParity } from './in-parity.ts'
import { twoPlaces } from './two-places.ts'

const home = await sparkWhenAsked()
const skipped = 'skipped' in home ? home.skipped : undefined
const folder = await mkdtemp(join(tmpdir(), 'c360-spark-ingest-'))
const spark = 'skipped' in home ? undefined : await startSparkThrift(home, folder)
afterAll(async () => {
  await spark?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

let targets = 0

/** A target that reads the files below `root` itself. */
const reading = (root: string, schemaPrefix = `ingest${Date.now()}_${++targets}_`) => {
  const [host, port] = [spark?.host ?? '', spark?.port ?? 0]
  const place = { schemaPrefix, landingUrl: `file:${join(root, 'landing')}` }
  return sparkRemote('spark', host, place, async () => ({ engine: 'spark', host, port }))
}

const WAIT = 900_000
const models = ['dim_customers', 'fact_transactions', 'customer_purchases']

describe.skipIf(skipped)(`landing files read by Spark itself${skipped ? ` (${skipped})` : ''}`, () => {
  it(
    'gives the records, the faults and the row numbers that the runner finds',
    async () => {
      await using lab = await small({ customers: customers() }, ['dim_customers'])
      const remote = reading(lab.root)
      const places = twoPlaces(() => lab.prepared(), remote)
      await lab.put('customers-1 [a]{b}%20.csv', ODD)
      const ahead = await previewThere(await lab.prepared(), remote, { fullRefresh: false })
      expect(ahead.rows).toMatch(/no row passes through this program/)
      expect(ahead.files).toMatchObject([{ outcome: 'delivered', rows: 19 }])
      expect(ahead.copies[0]?.statements[0]).toMatch(/^insert into .* text\.`file:.*from_csv/)
      expect(ahead.plan.steps.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['customers', 'dim_customers']),
      )
      const { files } = await places.run()
      expect(files).toMatchObject([{ outcome: 'delivered', rows: 19, malformed: 7 }])
      expect(await places.differences()).toEqual([])
    },
    WAIT,
  )

  it(
    'reads other separators, quotes, encodings, packed files and Parquet as the runner does',
    async () => {
      const of = (files: string, ...head: string[]) => customers(...head).replace('customers*.csv', files)
      await using lab = await small(
        {
          latin: of('latin*.csv', 'format: { type: csv, delimiter: ";", encoding: latin-1 }', 'id_space: a'),
          slashes: of('slashes*.csv', "format: { type: csv, quote: \"'\", escape: '\\' }", 'id_space: b'),
          unquoted: of('unquoted*.tsv', 'format: { type: tsv, quote: "" }', 'id_space: c'),
          headless: of('headless*.csv', 'format: { type: csv, header: false }', 'id_space: d'),
          packed: of('packed*.csv', 'id_space: e'),
          orders: ordersWith('customer_id', 'key: [transaction_id]').replace(
            'orders*.csv',
            'orders*.parquet',
          ),
        },
        models,
      )
      const places = twoPlaces(() => lab.prepared(), reading(lab.root))
      await lab.put('latin.csv', Buffer.from('ID;Name\n1;Jos\xe9 \x80 "x"\n2;"a;""b"""\n', 'latin1'))
      await lab.put('slashes.csv', "ID,Name\n1,'O\\'Neil, \\\\ \\n'\n2,it's\n3,'a'b\n4,c\\'d\n")
      await lab.put('unquoted.tsv', 'ID\tName\n1\t"Ann\n2\tBo"b\n3\ta\tb\n')
      await lab.put('headless.csv', '1,Ann\n\n2,"Bob, B."\n3\n')
      await lab.put('packed.csv.gz', gzipSync('ID,Name\r\n1,Ann\r\n2,\r\n'))
      await parquet(lab)
      expect((await places.run()).files.every(({ outcome }) => outcome === 'delivered')).toBe(true)
      expect(await places.differences()).toEqual([])
    },
    WAIT,
  )

  it(
    'numbers the rows of a file that several tasks read in its order',
    async () => {
      await using lab = await small({ customers: customers() }, ['dim_customers'])
      const remote = cutting(reading(lab.root))
      const places = twoPlaces(() => lab.prepared(), remote)
      const lines = Array.from({ length: 4000 }, (_, n) => `C${n % 3000},"Name, ${n}"`)
      await lab.put('customers.csv', csv('ID,Name', ...lines))
      await using session = await remote.connect()
      const url = `file:${join(lab.root, 'landing', 'customers.csv')}`
      const { format } = (await lab.project()).contracts[0] ?? {}
      const fields = [{ name: 'ID' }, { name: 'Name' }]
      const query = format && remote.files?.scan({ url, format }, fields)
      expect((await all(session, query ?? '')).length).toBeGreaterThan(5)
      await places.run()
      expect(await places.differences()).toEqual([])
    },
    WAIT,
  )

  it(
    'knows what it has read: no rows twice, whatever a file is called and whenever it was touched',
    async () => {
      await using lab = await small(
        { customers: customers(), orders: ordersWith(HELD, 'key: [transaction_id]', 'order: [occurred_at]') },
        models,
      )
      const remote = reading(lab.root)
      const places = twoPlaces(() => lab.prepared(), remote)
      await lab.put('customers-1.csv', csv('ID,Name', 'C1,Ann', 'C2,Bob'))
      await lab.put('orders-1.csv', csv(ORDER, '1,C1,2024-01-01,10', '2,C3,2024-01-02,20.005', '3,C1,soon,x'))
      await places.run()
      expect(await places.differences()).toEqual([])
      expect((await places.there()).outcome).toBe('unchanged')

      await lab.put('orders-2.csv', csv(ORDER, '1,C2,2024-02-01,11', '4,C2,2024-02-02T10:00:00+02:00,5'))
      await lab.put('customers-2.csv', csv('ID,Name,City', 'C3,Cy,Graz'))
      await lab.put('orders-3.csv', csv(ORDER, '1,C2,2024-02-01,11', '4,C2,2024-02-02T10:00:00+02:00,5'))
      await lab.put('orders-4.csv', csv('Nothing', 'known'))
      const { files } = await places.run()
      expect(Object.fromEntries(files.map(({ path, outcome }) => [path, outcome]))).toEqual({
        'customers-2.csv': 'delivered',
        'orders-2.csv': 'delivered',
        'orders-3.csv': 'duplicate',
        'orders-4.csv': 'refused',
      })
      expect(await places.differences()).toEqual([])

      await utimes(join(lab.root, 'landing', 'orders-1.csv'), 1e9, 1e9)
      await rename(join(lab.root, 'landing', 'orders-3.csv'), join(lab.root, 'landing', 'orders-5.csv'))
      const touched = await places.there()
      expect(touched.outcome).toBe('unchanged')
      expect(touched.files.map(({ path, outcome }) => `${path} ${outcome}`).sort()).toEqual([
        'orders-1.csv known',
        'orders-4.csv refused',
        'orders-5.csv duplicate',
      ])
      expect((await places.run({ fullRefresh: true })).outcome).toBe('published')
      expect(await places.differences()).toEqual([])
    },
    WAIT,
  )

  it(
    'takes a file that was written anew for another delivery; appended, it stands for the one before',
    async () => {
      await using lab = await small({ orders: ordersWith('customer_id', 'load: append') }, models)
      const places = twoPlaces(() => lab.prepared(), reading(lab.root))
      await lab.put('orders-1.csv', csv(ORDER, '1,C1,2024-01-01,10', '2,C1,2024-01-02,20'))
      await places.run()
      await lab.put('orders-1.csv', csv(ORDER, '1,C1,2024-01-01,12'))
      expect((await places.run()).manifest?.accounts.orders).toMatchObject([
        { delivery: 1, rows: 2, superseded: 2 },
        { delivery: 2, rows: 1, kept: 1 },
      ])
      expect(await places.differences()).toEqual([])
    },
    WAIT,
  )

  it(
    'takes away what a full load lacks; a death after a file was read leaves no row twice',
    async () => {
      await using lab = await small({ customers: customers('load: full', 'max_delete: 60%') }, [
        'dim_customers',
      ])
      const mortal = dying(reading(lab.root))
      const places = twoPlaces(() => lab.prepared(), mortal.remote)
      await lab.put('customers-1.csv', csv('ID,Name', 'C1,Ann', 'C2,Bob', 'C4,Di'))
      await expect(places.run({ boundary: mortal.at('target.file_read') })).rejects.toThrow('dead')
      mortal.live()
      await places.there()
      expect(await places.differences()).toEqual([])
      await lab.put('customers-2.csv', csv('ID,Name', 'C2,Bobby', 'C3,Cy', 'C4,Di'))
      await expect(places.run({ boundary: mortal.at('step.source') })).rejects.toThrow('dead')
      mortal.live()
      await places.there()
      expect(await places.differences()).toEqual([])
    },
    WAIT,
  )

  it(
    'begins anew when rows are to come through the runner instead, and back',
    async () => {
      await using lab = await small({ customers: customers() }, ['dim_customers'])
      const prefix = `switched${Date.now()}_`
      const remote = reading(lab.root, prefix)
      const { files: _, ...running } = remote
      await lab.put('customers-1.csv', csv('ID,Name', 'C1,Ann', 'C2,Bob'))
      for (const [turn, place] of [remote, running, remote].entries()) {
        await lab.put(`customers-${turn + 2}.csv`, csv('ID,Name', `C2,Bob ${turn}`))
        const places = twoPlaces(() => lab.prepared(), place)
        await places.run()
        expect(await places.differences()).toEqual([])
      }
    },
    WAIT,
  )

  it(
    'refuses a file with line breaks inside quotes, and reads the others',
    async () => {
      await using lab = await small({ customers: customers() }, ['dim_customers'])
      const places = twoPlaces(() => lab.prepared(), reading(lab.root))
      await lab.put('customers-1.csv', csv('ID,Name', 'C1,Ann'))
      await lab.put('customers-2.csv', csv('ID,Name', 'C2,"Bob', 'by"'))
      const { files } = await places.there()
      expect(files.map(({ outcome, problem }) => problem?.code ?? outcome)).toEqual([
        'delivered',
        'open_quotes',
      ])
    },
    WAIT,
  )

  it(
    'gives the retail example the gold of the embedded engine, once an address stands on one line',
    async () => {
      await using project = await retailProject()
      await generateRetail(join(project.root, 'landing'), { customers: 150, seed: 7 })
      await onOneLine(join(project.root, 'landing', 'Customers.csv'))
      const remote = reading(project.root)
      const places = twoPlaces(() => prepare(project.root), remote)
      const { files } = await places.run()
      expect(files.filter(({ outcome }) => outcome !== 'delivered')).toEqual([])
      expect(await places.differences()).toEqual([])
      expect(await inParity(await prepare(project.root), remote)).toEqual([])
    },
    WAIT,
  )
})

describe('formats', () => {
  it('that the engine cannot read are refused before anything is done, at their lines', async () => {
    await using lab = await small({
      customers: customers('format: { type: csv, encoding: utf-16 }'),
      orders: ordersWith('customer_id', 'key: [transaction_id]').replace('orders*.csv', 'orders*.xlsx'),
    })
    const { project } = await lab.prepared()
    const refused = () => refuseFormats(project, reading(lab.root))
    expect(refused).toThrow(/cannot read these sources/)
    try {
      refused()
    } catch (error) {
      expect((error as { problems: { file: string; line: number }[] }).problems).toMatchObject([
        { file: 'contracts/customers.yaml', line: 4, message: /utf-16/ },
        { file: 'contracts/orders.yaml', line: 1, message: /no workbooks/ },
      ])
    }
  })
})

/** Takes the line breaks out of quoted fields; a quote that is merely left open stays. */
async function onOneLine(file: string): Promise<void> {
  const text = await readFile(file, 'latin1')
  const joined = text.replaceAll(/("[^"\n]*)\n([^"\n]*"\n)/g, '$1 $2')
  expect(joined).not.toBe(text)
  await writeFile(file, joined, 'latin1')
}

/** Everything a line can have; 19 records, 7 of them broken. */
const ODD = Buffer.concat([
  Buffer.from([0xef, 0xbb, 0xbf]),
  Buffer.from(
    [
      'ID,Name,Note',
      'C1,"Ann ""x""",',
      '',
      ' \t ',
      'C2,Bob,5" pipe',
      'C3,"x"y,z',
      'C4,too',
      'C5,a,b,',
      'C6,a,b,c',
      'C7, sp ," q "\r',
      'C8,"",""',
      "C9,'a',\\n",
      '"C10","a,b","c, ""d"", e"',
      'C11,a\u0000b,c',
      "C12,${x} $'y' `z`,--",
      'C13,Ünal 🛒,\u00a0',
      ',,,,,',
      ',Nobody,',
      'C15,"quoted","quoted","more"',
      'C18,"torn',
      'C16,,\n',
    ].join('\n'),
  ),
  Buffer.from([0x43, 0x31, 0x37, 0x2c, 0xff, 0x2c, 0x78]),
])

/** Spark cuts files into pieces of a few kilobytes. */
function cutting(remote: ReturnType<typeof reading>): ReturnType<typeof reading> {
  return {
    ...remote,
    async connect(signal) {
      const session = await remote.connect(signal)
      await session.execute([
        'SET spark.sql.files.maxPartitionBytes = 8192',
        'SET spark.sql.files.openCostInBytes = 0',
      ])
      return session
    },
  }
}

async function parquet(lab: Lab): Promise<void> {
  await using session = await duckdb.connect({})
  const file = join(lab.root, 'landing', 'orders.parquet')
  await session.execute([
    `copy (select * from (values
       (1, 'C1', timestamp '2024-01-01 10:00:00.5', 10.00::decimal(18,2), 1.5::double, true, date '2024-01-31', 'ab'::blob),
       (2, null, null, 0.05, 1e10, null, null, null),
       (3, 'C9', timestamp '2024-02-01', -7.10, 3.0, false, date '1999-12-31', ''::blob)
     ) t("ID", "Customer", "At", "Amount", "Weight", "Flag", "Day", "Bytes")) to '${file}' (format parquet)`,
  ])
}
