import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadProject } from '../../src/project/load.ts'

const RETAIL = join(import.meta.dirname, '../../examples/retail')
const FRIENDLY = join(import.meta.dirname, 'cases/ok-friendly')

describe('examples/retail', async () => {
  const { project, problems } = await loadProject(RETAIL)

  test('has nothing wrong with it', () => expect(problems).toEqual([]))

  test('has the settings and rules of c360.yaml', () => {
    const { contracts: _contracts, ...settings } = project ?? {}
    expect(settings).toEqual({
      root: RETAIL,
      name: 'retail',
      timeZone: 'America/New_York',
      currency: 'USD',
      landing: join(RETAIL, 'landing'),
      lake: join(RETAIL, 'lake'),
      warehouse: join(RETAIL, 'warehouse'),
      azure: { accounts: {} },
      keep: { versions: 5, days: 30, lakeDays: 7 },
      lakeExport: [],
      watch: { poll: 60, settle: 5 },
      rules: {
        countedStatuses: ['Completed'],
        tierOrder: ['Bronze', 'Silver', 'Gold', 'Platinum'],
        championTiers: ['Gold', 'Platinum'],
        tierPoints: {},
        highValue: { percentile: 0.9, population: 'all_customers' },
        activeWithinMonths: 3,
        churnedAfterDays: 30,
        sessionCategories: [
          { name: 'Zero', upToSeconds: 0 },
          { name: 'Short', upToSeconds: 10 },
          { name: 'Medium', upToSeconds: 60 },
          { name: 'Long', upToSeconds: 120 },
          { name: 'Very Long', upToSeconds: 180 },
          { name: 'Extended' },
        ],
        resolutionTiers: { fair: 85, good: 95 },
        suggestedActions: [
          { action: 'Resolve the open ticket first', when: 'open_ticket', olderThanDays: 3 },
          { action: 'Win back', when: 'high_value_silent', silentForDays: 30 },
          { action: 'Invite to a second purchase', when: 'one_purchase', fromDays: 30, toDays: 90 },
          { action: 'Tell how near the next tier is', when: 'near_next_tier', withinPoints: 100 },
        ],
      },
      targets: {},
      models: [],
    })
  })

  test('has nine contracts, by file name', () =>
    expect(project?.contracts.map(({ source, entity, key }) => `${source}: ${entity} by ${key}`)).toEqual([
      'agents: agent by agent_id',
      'customer_service_interactions: service_interaction by interaction_id',
      'customers: customer by customer_id',
      'in_store_transactions: transaction by transaction_id',
      'loyalty_accounts: loyalty_account by loyalty_id',
      'loyalty_transactions: loyalty_transaction by loyalty_id,occurred_at',
      'online_transactions: transaction by transaction_id',
      'products: product by product_id',
      'stores: store by store_id',
    ]))

  test('gives a contract what the model knows', () => {
    const online = project?.contracts.find(({ source }) => source === 'online_transactions')
    const { columns = [], ...contract } = online ?? {}
    expect(contract).toEqual({
      source: 'online_transactions',
      file: 'contracts/online_transactions.yaml',
      files: ['OnlineTransactions*.csv'],
      format: {
        type: 'csv',
        delimiter: ',',
        quote: '"',
        escape: '"',
        header: true,
        encoding: 'utf-8',
        decimal: '.',
        thousands: '',
      },
      entity: 'transaction',
      idSpace: 'main',
      precedence: 100,
      key: ['transaction_id'],
      order: ['occurred_at'],
      load: 'upsert',
      maxDelete: 0.2,
      timeZone: 'America/New_York',
      set: { channel: 'online' },
    })
    const plain = { required: false, optional: false, clean: [], formats: [], pii: 'none' }
    expect(columns.map(({ line: _line, ...column }) => column)).toEqual([
      { ...plain, name: 'OrderID', field: 'transaction_id', type: 'text', required: true },
      {
        ...plain,
        name: 'CustomerID',
        field: 'customer_id',
        type: 'text',
        required: true,
        references: { entity: 'customer', orphan: 'infer' },
        pii: 'indirect',
      },
      {
        ...plain,
        name: 'ProductID',
        field: 'product_id',
        type: 'text',
        required: true,
        references: { entity: 'product', orphan: 'quarantine' },
      },
      { ...plain, name: 'DateTime', field: 'occurred_at', type: 'timestamp', required: true },
      {
        ...plain,
        name: 'PaymentMethod',
        field: 'payment_method',
        type: 'text',
        oneOf: ['Credit Card', 'Debit Card', 'Gift Card', 'PayPal'],
      },
      {
        ...plain,
        name: 'Amount',
        field: 'amount',
        type: 'decimal',
        required: true,
        unit: 'currency',
        min: 0,
      },
      { ...plain, name: 'Status', field: 'status', type: 'text', oneOf: ['Completed', 'Pending', 'Failed'] },
    ])
    const lines = columns.map(({ line }) => line)
    expect(lines).toEqual(lines.map((_, index) => (lines[0] ?? 0) + index))
  })
})

describe('the short forms', async () => {
  const { project } = await loadProject(FRIENDLY)
  const contract = (source: string) => project?.contracts.find((one) => one.source === source)
  const column = (source: string, name: string) => contract(source)?.columns.find((one) => one.name === name)

  test('settings', () => {
    expect(project).toMatchObject({ keep: { versions: 3, days: 7 }, memory: '2GB', threads: 2 })
    expect(project?.models).toEqual([
      { name: 'top_customers', file: 'models/top_customers.sql', text: 'select 1 as one\n' },
    ])
  })

  test('a list of files; an anchor as a list of words', () => {
    expect(contract('customers')?.files).toEqual(['Customers*.csv', 'kunden/*.csv'])
    expect(column('customers', 'Name')).toMatchObject({
      field: 'name',
      split: 'name',
      clean: [{ op: 'collapse_spaces' }, { op: 'nulls', words: ['N/A', 'NULL', '-'] }],
    })
  })

  test('nothing after a header means the field of that name', () =>
    expect(column('customers', 'CustomerID')).toMatchObject({
      field: 'customer_id',
      required: true,
      pii: 'indirect',
    }))

  test('cleaning steps with and without a value', () => {
    expect(column('customers', 'E-Mail')?.clean).toEqual([
      { op: 'nulls', words: ['N/A', 'NULL', '-'] },
      { op: 'email' },
    ])
    expect(column('customers', 'Phone')?.clean).toEqual([{ op: 'phone', country: '+44' }])
  })

  test("columns of one's own are text and personal until said otherwise", () => {
    expect(column('customers', 'Lives In')).toMatchObject({
      field: 'town',
      type: 'text',
      pii: 'direct',
      optional: true,
    })
    expect(column('customers', 'Loyalty Since')).toMatchObject({
      field: 'loyalty_since',
      type: 'date',
      pii: 'none',
      formats: ['%d/%m/%Y'],
    })
  })

  test('words stay as they are written, whatever YAML would make of them', () =>
    expect(column('sales', 'Status')?.oneOf).toEqual(['Completed', 'NULL', '1.0']))

  test('a full load', () =>
    expect(contract('sales')).toMatchObject({
      load: 'full',
      dated: '%Y%m%d',
      maxDelete: 0.125,
      freshnessHours: 48,
      timeZone: 'UTC',
      format: { type: 'csv', delimiter: '\t', decimal: ',', thousands: '.' },
    }))

  test("what is merged gives way to a column's own keys", async () => {
    const merged = await loadProject(join(import.meta.dirname, 'cases/ok-merge-keys'))
    const columns = merged.project?.contracts[0]?.columns ?? []
    expect(columns.map(({ name, required, clean }) => [name, required, clean.length])).toEqual([
      ['CustomerID', true, 0],
      ['Name', false, 1],
      ['City', true, 1],
    ])
  })
})

describe('what lies around in a folder', () => {
  let root = ''
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'c360-load-'))
    await mkdir(join(root, 'contracts'))
    await writeFile(
      join(root, 'c360.yaml'),
      'version: 1\nname: x\ntime_zone: UTC\ncurrency: EUR\nrules: { counted_statuses: all }\n',
    )
    await writeFile(
      join(root, 'contracts/stores.yml'),
      'files: S.csv\nentity: store\nkey: store_id\ncolumns: { StoreID: }\n',
    )
  })
  afterEach(() => rm(root, { recursive: true, force: true }))

  test('only contracts are read: no hidden files, backups, folders, other endings', async () => {
    for (const name of ['.stores.yaml', '~stores.yaml', 'stores.yaml.bak', 'README.md'])
      await writeFile(join(root, 'contracts', name), 'this: is no contract')
    await mkdir(join(root, 'contracts/old.yaml'))
    const { project, problems } = await loadProject(root)
    expect(problems).toEqual([])
    expect(project?.contracts.map(({ file }) => file)).toEqual(['contracts/stores.yml'])
    expect(project?.rules.countedStatuses).toBe('all')
  })

  test('a UTF-8 byte order mark and Windows line ends are fine', async () => {
    await writeFile(
      join(root, 'contracts/stores.yml'),
      '\ufefffiles: S.csv\r\nentity: store\r\nkey: store_id\r\ncolumns:\r\n  StoreID:\r\n  City: { min: 1 }\r\n',
    )
    const { problems } = await loadProject(root)
    expect(problems).toMatchObject([{ file: 'contracts/stores.yml', line: 6, code: 'bad_value' }])
  })

  test('a folder that is not there', async () => {
    const { project, problems } = await loadProject(join(root, 'nowhere'))
    expect(project).toBeUndefined()
    expect(problems).toMatchObject([{ code: 'no_project', file: 'c360.yaml', line: 1 }])
  })

  test.skipIf(process.getuid?.() === 0)(
    'a file that may not be read is a failure, not a mistake',
    async () => {
      await chmod(join(root, 'c360.yaml'), 0)
      await expect(loadProject(root)).rejects.toMatchObject({ code: 'NO_ACCESS' })
    },
  )
})
