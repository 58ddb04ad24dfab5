import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import {
  type Defect,
  generateRetail,
  generators,
  manifestFolder,
  readDefects,
  readManifest,
} from '../../src/samples/index.ts'

const temp = mkdtempSync(join(tmpdir(), 'c360-samples-'))
afterAll(() => rmSync(temp, { recursive: true, force: true }))

const headers: Record<string, string> = {
  'Agents.csv': 'AgentID,Name,Department,Shift',
  'CustomerServiceInteractions.csv': 'InteractionID,CustomerID,DateTime,AgentID,IssueType,ResolutionStatus',
  'Customers.csv': 'CustomerID,Name,Email,Address',
  'InStoreTransactions.csv': 'TransactionID,CustomerID,StoreID,DateTime,Amount,PaymentMethod',
  'LoyaltyAccounts.csv': 'LoyaltyID,CustomerID,PointsEarned,TierLevel,JoinDate',
  'LoyaltyTransactions.csv': 'LoyaltyID,DateTime,PointsChange,Reason',
  'OnlineTransactions.csv': 'OrderID,CustomerID,ProductID,DateTime,PaymentMethod,Amount,Status',
  'Products.csv': 'ProductID,Name,Category,Price',
  'Stores.csv': 'StoreID,Location,Manager,OpenHours',
}
const names = Object.keys(headers)

const firstLine = (path: string) => readFileSync(path, 'utf8').split(/\r?\n/)[0]

const digest = (...folders: string[]) => {
  const hash = createHash('sha256')
  for (const folder of folders)
    for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(join(folder, name)))
  return hash.digest('hex')
}

async function defectsOf(dir: string): Promise<Defect[]> {
  const defects: Defect[] = []
  for await (const defect of readDefects(manifestFolder(dir))) defects.push(defect)
  return defects
}

describe('generate retail', () => {
  it('writes the nine files of the reference and no others', async () => {
    const dir = join(temp, 'nine')
    await generators.retail(dir, { customers: 50, seed: 1 })
    expect(readdirSync(dir).sort()).toEqual(names)
    for (const name of names) expect(firstLine(join(dir, name))).toBe(headers[name])
  })

  const reference = join(
    process.env.C360_SHARED ?? join(import.meta.dirname, '../../../shared'),
    'data/retail',
  )
  it.skipIf(!existsSync(reference))('has the headers of the reference files themselves', () => {
    for (const name of names) expect(firstLine(join(reference, name))).toBe(headers[name])
  })

  it('gives the same bytes for the same options, on any machine', async () => {
    const options = { customers: 200, seed: 42, months: 6 }
    const [a, b, c] = [join(temp, 'a'), join(temp, 'b'), join(temp, 'c')]
    const first = await generateRetail(a, options)
    expect(await generateRetail(b, options)).toEqual(first)
    await generateRetail(c, { ...options, seed: 43 })
    expect(digest(b, manifestFolder(b))).toBe(digest(a, manifestFolder(a)))
    expect(digest(c)).not.toBe(digest(a))
    expect(await readManifest(manifestFolder(a))).toEqual(first)
    expect(digest(a)).toBe('93dc36b25427819cbf73ba5af7603f593bed966f78ea160387aadcf448f4ad61')
  })

  it('plants every kind even among a hundred customers, whatever the seed', async () => {
    const dir = join(temp, 'hundred')
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const { defects } = await generateRetail(dir, { customers: 100, seed })
      expect(Object.keys(defects)).toEqual(everyKind)
      const planted = await defectsOf(dir)
      for (const [kind, count] of Object.entries(defects))
        expect(planted.filter((defect) => defect.kind === kind)).toHaveLength(count)
    }
  })

  it('plants about one defect in a hundred records', async () => {
    const { files, defects } = await generateRetail(join(temp, 'rate'), { customers: 5000, seed: 3 })
    const rows = Object.values(files).reduce((sum, file) => sum + file.rows, 0)
    const planted = Object.values(defects).reduce((sum, count) => sum + count, 0)
    expect(planted / rows).toBeGreaterThan(0.008)
    expect(planted / rows).toBeLessThan(0.02)
  })

  it('plants nothing when told so', async () => {
    const dir = join(temp, 'clean')
    const { files, defects } = await generateRetail(dir, { customers: 100, seed: 1, dirt: false })
    expect(defects).toEqual({})
    expect(await defectsOf(dir)).toEqual([])
    for (const { rows, clean, blankLines } of Object.values(files))
      expect([clean, blankLines]).toEqual([rows, 0])
    expect(files['Customers.csv']?.rows).toBe(100)
  })

  it('keeps to the number of sales and to the period', async () => {
    const dir = join(temp, 'period')
    const options = {
      customers: 60,
      seed: 5,
      dirt: false,
      months: 3,
      until: '2024-05-31',
      transactionsPerCustomer: 2.5,
    }
    const { period, truth } = await generateRetail(dir, options)
    expect(period).toEqual({ first: '2024-03-01', last: '2024-05-31' })
    expect(truth.allStatuses.orders).toBe(150)
  })

  it('reports progress up to the end', async () => {
    const seen: number[] = []
    const onProgress = (done: number, total: number) => seen.push(done / total)
    await generateRetail(join(temp, 'progress'), { customers: 80, seed: 1, onProgress })
    expect(seen.at(-1)).toBe(1)
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
  })

  it('leaves nothing behind when it is stopped, and what was there before as it was', async () => {
    const dir = join(temp, 'stopped')
    await generateRetail(dir, { customers: 80, seed: 1 })
    const before = digest(dir, manifestFolder(dir))
    const stop = new AbortController()
    const onProgress = (done: number) => done > 500 && stop.abort()
    const stopped = generateRetail(dir, { customers: 80, seed: 2, onProgress, signal: stop.signal })
    await expect(stopped).rejects.toThrow(/abort/i)
    expect(digest(dir, manifestFolder(dir))).toBe(before)
  })

  it.each([
    [{ customers: 49, seed: 1 }, /customers must be a whole number/],
    [{ customers: 100.5, seed: 1 }, /customers/],
    [{ customers: 100, seed: 0.5 }, /seed/],
    [{ customers: 100, seed: 1, months: 0 }, /months/],
    [{ customers: 100, seed: 1, until: '2025-02-30' }, /not a date: 2025-02-30/],
    [{ customers: 100, seed: 1, transactionsPerCustomer: 0 }, /transactionsPerCustomer/],
  ])('refuses %j', async (options, message) => {
    await expect(generateRetail(join(temp, 'refused'), options)).rejects.toThrow(message)
    expect(existsSync(join(temp, 'refused'))).toBe(false)
  })
})

it('shares no code with what is to find the dirt', () => {
  const folder = join(import.meta.dirname, '../../src/samples')
  const imports = readdirSync(folder).flatMap((name) =>
    [...readFileSync(join(folder, name), 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(
      ([, from]) => from,
    ),
  )
  expect(imports.length).toBeGreaterThan(10)
  expect(
    imports.filter((from) => !/^(node:|\.\/[a-z-]+\.ts$|\.\.\/workbook\/index\.ts$)/.test(from ?? '')),
  ).toEqual([])
})

const everyKind = [
  'amount_is_text',
  'amount_negative',
  'amount_too_precise',
  'blank_line',
  'broken_quote',
  'dash',
  'duplicate_row',
  'email_without_at',
  'empty_optional',
  'extra_spaces',
  'foreign_date',
  'impossible_date',
  'invalid_encoding',
  'lower_case_tier',
  'missing_amount',
  'missing_customer',
  'missing_id',
  'missing_issue',
  'missing_location',
  'missing_name',
  'missing_points',
  'missing_product',
  'missing_store',
  'missing_time',
  'mixed_case_email',
  'nonsense_date',
  'nul_byte',
  'null_word',
  'null_word_in_required',
  'orphan_product',
  'points_are_text',
  'points_fractional',
  'points_negative',
  'quoted_newline',
  'stale_later',
  'too_few_fields',
  'too_many_fields',
  'trailing_empty_fields',
  'unknown_customer',
  'unknown_payment_method',
  'unknown_shift',
  'unknown_status',
  'unknown_tier',
  'untidy_category',
  'updated_later',
]
