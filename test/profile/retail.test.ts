import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generators } from '../../src/samples/index.ts'
import { exampleRetail, retailProject, type TestProject } from '../support/project.ts'
import { hasShared, sharedRetail } from '../support/shared.ts'
import { drafted, goldOf, meaning, remarks } from './support.ts'

/** How an exporting system might have called them: nothing here is taken from the program's own vocabulary. */
const abbreviated: Readonly<Record<string, string>> = {
  CustomerID: 'cust_id',
  Name: 'nm',
  Email: 'eml_addr',
  Address: 'addr',
  ProductID: 'prod_no',
  Category: 'cat',
  Price: 'unit_prc',
  StoreID: 'str_nbr',
  Location: 'loc',
  Manager: 'mgr_nm',
  OpenHours: 'opn_hrs',
  AgentID: 'agt_id',
  Department: 'dept',
  Shift: 'shft',
  OrderID: 'ord_no',
  DateTime: 'txn_dt',
  PaymentMethod: 'pmt_mthd',
  Amount: 'amt',
  Status: 'stat',
  TransactionID: 'txn_id',
  InteractionID: 'tkt_no',
  IssueType: 'iss_typ',
  ResolutionStatus: 'resol_stat',
  LoyaltyID: 'lylty_no',
  PointsEarned: 'pts_bal',
  TierLevel: 'tier_lvl',
  JoinDate: 'join_dt',
  PointsChange: 'pts_chg',
  Reason: 'rsn_cd',
}

const spaced = (header: string): string => header.replace(/([a-z])([A-Z])/g, '$1 $2')

/** `run`: gold is built as well, and compared with that of the example's contracts. */
interface Variant {
  readonly header: (name: string) => string
  readonly file: (name: string, index: number) => string
  readonly run?: true
}

const variants: Readonly<Record<string, Variant>> = {
  'as they are': { header: (name) => name, file: (name) => name, run: true },
  'files renamed': { header: (name) => name, file: (_, index) => `a${index}_export.csv` },
  'headers in capitals': { header: (name) => name.toUpperCase(), file: (name) => name },
  'headers in capitals, files renamed': {
    header: (name) => name.toUpperCase(),
    file: (_, index) => `file${'abcdefghij'[index]}.csv`,
  },
  'headers spaced': { header: spaced, file: (name) => name.toLowerCase() },
  'headers abbreviated': { header: (name) => abbreviated[name] ?? name, file: (name) => name },
  'headers abbreviated, files renamed': {
    header: (name) => abbreviated[name] ?? name,
    file: (_, index) => `x${'abcdefghij'[index]}.csv`,
    run: true,
  },
}

const answers = { time_zone: 'America/New_York', currency: 'USD', counted_statuses: 'Completed' }

/** What the business knows and the example's contracts say: which values are wrong, and what a row may not lack. */
const cards = 'one_of: [Credit Card, Debit Card, Gift Card, PayPal]'
const houseRules: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  agents: { Name: 'required: true', Shift: 'one_of: [Morning, Afternoon, Evening, Night]' },
  customer_service_interactions: {
    CustomerID: 'required: true',
    IssueType: 'required: true',
    ResolutionStatus: 'one_of: [Resolved, Pending, Escalated]',
  },
  customers: { Name: 'required: true' },
  in_store_transactions: {
    CustomerID: 'required: true',
    StoreID: 'required: true',
    Amount: 'min: 0',
    PaymentMethod: cards,
  },
  loyalty_accounts: {
    CustomerID: 'required: true',
    PointsEarned: 'min: 0',
    TierLevel: 'one_of: [Bronze, Silver, Gold, Platinum]',
    JoinDate: 'required: true',
  },
  loyalty_transactions: { PointsChange: 'required: true' },
  online_transactions: {
    CustomerID: 'required: true',
    ProductID: 'required: true, orphan: quarantine',
    Amount: 'min: 0',
    PaymentMethod: cards,
    Status: 'one_of: [Completed, Pending, Failed]',
  },
  products: { Name: 'required: true', Price: 'min: 0' },
  stores: { Location: 'required: true' },
}

/** Where a tier begins is in no file either: as the example says, if it does. */
async function withTierPoints(project: TestProject): Promise<void> {
  const example = await readFile(join(exampleRetail, 'c360.yaml'), 'utf8')
  const [line] = /^ {2}tier_points:.*\n/m.exec(example) ?? []
  if (line !== undefined) await project.edit('c360.yaml', /$/, line)
}

async function rewritten(from: string, { header, file }: Variant): Promise<string> {
  const to = await mkdtemp(join(tmpdir(), 'c360-exports-'))
  const names = (await readdir(from)).filter((name) => name.endsWith('.csv')).sort()
  for (const [index, name] of names.entries()) {
    const text = await readFile(join(from, name), 'utf8')
    const [first = '', ...rest] = text.split('\n')
    await writeFile(
      join(to, file(name, index)),
      [first.trim().split(',').map(header).join(','), ...rest].join('\n'),
    )
  }
  return to
}

/** What the nine files mean: entity, key, constants and fields in the order of the columns. */
const understood: readonly string[] = [
  'agent agent_id: agent_id name department shift',
  'customer customer_id: customer_id name email address',
  'loyalty_account loyalty_id: loyalty_id customer_id points_earned tier joined_on',
  'loyalty_transaction loyalty_id+occurred_at: loyalty_id occurred_at points_change reason',
  'product product_id: product_id name category price',
  'service_interaction interaction_id: interaction_id customer_id opened_at agent_id issue_type resolution_status',
  'store store_id: store_id location manager opening_hours',
  'transaction transaction_id in_store: transaction_id customer_id store_id occurred_at amount payment_method',
  'transaction transaction_id online: transaction_id customer_id product_id occurred_at payment_method amount status',
]

describe.skipIf(!hasShared)('the reference retailer, drafted', () => {
  let expected: Record<string, string[]>
  beforeAll(async () => {
    await using project = await retailProject(sharedRetail)
    await project.run()
    expected = await goldOf(project)
  })

  for (const [name, variant] of Object.entries(variants))
    test(`is understood: ${name}`, async () => {
      const exports = await rewritten(sharedRetail, variant)
      const { project, made } = await drafted(exports, answers)
      await using _ = project
      expect(made.problems).toEqual([])
      expect(made.draft.leftOut).toEqual([])
      expect(remarks(made, 'decide')).toEqual([])
      expect(meaning(made)).toEqual(understood)
      if (variant.run) {
        await withTierPoints(project)
        const result = await project.run()
        expect(result.files.filter(({ outcome }) => outcome !== 'delivered')).toEqual([])
        const gold = await goldOf(project)
        for (const [table, rows] of Object.entries(expected)) expect(gold[table], table).toEqual(rows)
      }
      await rm(exports, { recursive: true })
    })

  test('Completed is what counts by default, and Pending and Failed are named as left out', async () => {
    const exports = await rewritten(sharedRetail, { header: (name) => name, file: (name) => name })
    const { project, made } = await drafted(exports)
    await using _ = project
    expect(made.answers).toEqual({ counted_statuses: 'Completed', time_zone: 'UTC', currency: 'USD' })
    expect(made.draft.questions[0]?.why).toContain('not counted: Pending, Failed')
    expect(made.draft.questions[0]?.choices[0]).toEqual({
      value: 'Completed',
      about: '38 rows, 4,556.97 in all',
    })
    await rm(exports, { recursive: true })
  })
})

describe('a generated retailer with planted dirt, drafted', () => {
  let landing: string
  beforeAll(async () => {
    landing = join(await mkdtemp(join(tmpdir(), 'c360-dirty-')), 'landing')
    await generators.retail(landing, { customers: 600, seed: 7, dirt: true })
  })
  afterAll(() => rm(join(landing, '..'), { recursive: true, force: true }))

  test('with the rules of the house added, which no file tells, the draft gives the gold of the example', async () => {
    const { project, made } = await drafted(landing, answers)
    await using _ = project
    expect(made.draft.leftOut).toEqual([])
    await withTierPoints(project)
    for (const [source, columns] of Object.entries(houseRules))
      for (const [column, rule] of Object.entries(columns))
        await project.edit(
          `contracts/${source}.yaml`,
          new RegExp(`^(  ${column}: .*) \\}$`, 'm'),
          `$1, ${rule} }`,
        )
    await project.run()
    await using example = await retailProject(landing)
    await example.run()
    const [gold, expected] = [await goldOf(project), await goldOf(example)]
    for (const [table, rows] of Object.entries(expected)) expect(gold[table], table).toEqual(rows)
  })
})

test('the same files give the same draft, whatever the order they are listed in', async () => {
  const [a, b] = [await mkdtemp(join(tmpdir(), 'c360-a-')), await mkdtemp(join(tmpdir(), 'c360-b-'))]
  await generators.retail(a, { customers: 60, seed: 3, dirt: true })
  await cp(a, b, { recursive: true })
  const texts = await Promise.all(
    [a, b].map(async (from) => {
      const { project, made } = await drafted(from)
      await using _ = project
      return Promise.all(
        made.written
          .filter((path) => path !== 'c360.yaml')
          .map((path) => readFile(join(project.root, path), 'utf8')),
      )
    }),
  )
  expect(texts[0]).toEqual(texts[1])
  for (const dir of [a, b]) await rm(dir, { recursive: true })
})
