import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type Book, bookKinds, bookNames } from '../../src/samples/choice-kinds.ts'
import {
  generateChoice,
  generators,
  manifestFolder,
  readDefects,
  readManifest,
} from '../../src/samples/index.ts'
import type { PlantedFile } from '../../src/samples/planted-file.ts'
import { Random } from '../../src/samples/random.ts'
import { createWorkbookFile } from '../../src/samples/workbook-file.ts'
import { sheetTexts } from '../support/zip-texts.ts'

const temp = mkdtempSync(join(tmpdir(), 'c360-choice-'))
afterAll(() => rmSync(temp, { recursive: true, force: true }))

const digest = (...folders: string[]) => {
  const hash = createHash('sha256')
  for (const folder of folders)
    for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(join(folder, name)))
  return hash.digest('hex')
}

/** Of what the workbooks say: how they are packed may differ from machine to machine. */
async function contentDigest(dir: string): Promise<string> {
  const hash = createHash('sha256')
  for (const name of readdirSync(dir)
    .filter((one) => one.endsWith('.xlsx'))
    .sort())
    for (const text of await sheetTexts(join(dir, name))) hash.update(text)
  return hash.digest('hex')
}

describe('generate choice', () => {
  it.each([
    ['choice', '88d3c71bb8b6333a3395837e92802e53d9297d360b92ccb606ff5b343cb8bbb3'],
    ['unified', '120a20f9949a50008043e4baa08d8b7c120a9ec8aacf0404387eb96aaf2aadbc'],
  ] as const)(
    '%s gives the same bytes for the same options, and others for another seed',
    async (name, content) => {
      const [a, b, c] = ['a', 'b', 'c'].map((one) => join(temp, `${name}-${one}`)) as [string, string, string]
      const first = await generators[name](a, { customers: 150, seed: 7 })
      await generators[name](b, { customers: 150, seed: 7 })
      await generators[name](c, { customers: 150, seed: 8 })
      expect(digest(b, manifestFolder(b))).toBe(digest(a, manifestFolder(a)))
      expect(digest(c)).not.toBe(digest(a))
      expect(await readManifest(manifestFolder(a))).toEqual(first)
      expect(await contentDigest(a)).toBe(content)
    },
  )

  it.each([1, 2, 3])(
    'plants every kind in every column even among a hundred customers, seed %i',
    async (seed) => {
      const dir = join(temp, 'hundred')
      const { defects } = await generateChoice(dir, { customers: 100, seed })
      expect(Object.keys(defects)).toEqual(everyKind)
      const planted = new Set<string>()
      for await (const { file, kind, column } of readDefects(manifestFolder(dir)))
        planted.add(`${file} ${kind} ${column}`)
      const known = Object.entries(bookKinds()).flatMap(([book, kinds]) =>
        kinds.map(({ name, column }) => `${bookNames[book as Book]} ${name} ${column}`),
      )
      expect([...planted].sort()).toEqual([...new Set(known)].sort())
    },
  )

  it('plants about one defect in a hundred records', async () => {
    const { files, defects } = await generateChoice(join(temp, 'rate'), { customers: 3000, seed: 3 })
    const rows = Object.values(files).reduce((sum, file) => sum + file.rows, 0)
    const planted = Object.values(defects).reduce((sum, count) => sum + count, 0)
    expect(planted / rows).toBeGreaterThan(0.008)
    expect(planted / rows).toBeLessThan(0.02)
  })

  it('plants nothing when told so', async () => {
    for (const name of ['choice', 'unified'] as const) {
      const { files, defects } = await generators[name](join(temp, 'clean'), {
        customers: 100,
        seed: 1,
        dirt: false,
      })
      expect(defects).toEqual({})
      for (const { rows, clean, blankLines } of Object.values(files))
        expect([clean, blankLines]).toEqual([rows, 0])
    }
  })

  it('keeps to the number of sales and to the period', async () => {
    const { period, truth } = await generateChoice(join(temp, 'period'), {
      customers: 80,
      seed: 5,
      dirt: false,
      months: 3,
      until: '2024-05-31',
      transactionsPerCustomer: 2.5,
    })
    expect(period).toEqual({ first: '2024-03-01', last: '2024-05-31' })
    expect(truth.months.map(({ month }) => month)).toEqual(['2024-03', '2024-04', '2024-05'])
    expect(truth.transactions.orders - truth.refunds.orders).toBe(200)
  })

  it.each(['choice', 'unified'] as const)('%s reports progress up to the end', async (name) => {
    const seen: number[] = []
    const onProgress = (done: number, total: number) => seen.push(done / total)
    await generators[name](join(temp, 'progress'), { customers: 80, seed: 1, onProgress })
    expect(seen.at(-1)).toBe(1)
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
  })

  it.each(['choice', 'unified'] as const)(
    '%s leaves nothing behind when it is stopped, and what was there before as it was',
    async (name) => {
      const dir = join(temp, `stopped-${name}`)
      await generators[name](dir, { customers: 80, seed: 1 })
      const before = digest(dir, manifestFolder(dir))
      const stop = new AbortController()
      const onProgress = (done: number) => done > 300 && stop.abort()
      const stopped = generators[name](dir, { customers: 80, seed: 2, onProgress, signal: stop.signal })
      await expect(stopped).rejects.toThrow(/abort/i)
      expect(digest(dir, manifestFolder(dir))).toBe(before)
    },
  )

  it('refuses options that make no sense, before anything is written', async () => {
    const dir = join(temp, 'refused')
    await expect(generateChoice(dir, { customers: 49, seed: 1 })).rejects.toThrow(/customers must be/)
    await expect(generateChoice(dir, { customers: 5_000_001, seed: 1 })).rejects.toThrow(/customers must be/)
    expect(existsSync(dir)).toBe(false)
  })
})

describe('a workbook that is too long for one file', () => {
  const header = [{ header: 'n' }]
  const fill = (file: PlantedFile<readonly unknown[], readonly number[]>, rows: number) => {
    for (let n = 1; n <= rows; n++) file.add([n])
  }

  it('goes on in further ones, each with the same sheet, and counts them apart', async () => {
    const defects: unknown[] = []
    writeFileSync(join(temp, 'Long_04.xlsx'), 'of an earlier, longer one')
    const file = createWorkbookFile(
      temp,
      'Long.xlsx',
      header,
      new Random(1, 'echo'),
      (d) => defects.push(d),
      10,
    )
    fill(file as never, 20)
    file.put([21], { name: 'empty_row', fate: 'kept', blankBefore: true, line: (row) => row })
    fill(file as never, 4)
    await file.drain()
    file.finish()
    await file.publish()
    expect(readdirSync(temp).filter((name) => name.startsWith('Long'))).toEqual([
      'Long.xlsx',
      'Long_02.xlsx',
      'Long_03.xlsx',
    ])
    expect(
      Object.entries(file.counts).map(([name, { rows, blankLines }]) => [name, rows, blankLines]),
    ).toEqual([
      ['Long.xlsx', 10, 0],
      ['Long_02.xlsx', 10, 0],
      ['Long_03.xlsx', 5, 1],
    ])
    expect(defects).toEqual([{ kind: 'empty_row', file: 'Long_03.xlsx', row: 1, fate: 'kept' }])
    for (const name of Object.keys(file.counts)) {
      const [workbook = ''] = (await sheetTexts(join(temp, name))).filter((text) =>
        text.includes('<workbook'),
      )
      expect(workbook).toContain('<sheet name="Long"')
    }
  })

  it('names no part that was never begun', async () => {
    const file = createWorkbookFile(temp, 'Exact.xlsx', header, new Random(1, 'echo'), () => undefined, 10)
    fill(file as never, 10)
    await file.publish()
    expect(Object.keys(file.counts)).toEqual(['Exact.xlsx'])
    expect(existsSync(join(temp, 'Exact_02.xlsx'))).toBe(false)
  })
})

const everyKind = [
  'amount_as_number',
  'amount_is_text',
  'amount_too_precise',
  'cell_beyond_header',
  'dash',
  'date_as_text',
  'duplicate_row',
  'duration_fractional',
  'duration_negative',
  'email_without_at',
  'empty_optional',
  'empty_row',
  'error_cell',
  'error_cell_in_required',
  'extra_spaces',
  'foreign_date',
  'impossible_date',
  'inner_spaces',
  'lower_case_state',
  'missing_amount',
  'missing_customer',
  'missing_id',
  'missing_issue',
  'missing_name',
  'missing_time',
  'mixed_case_email',
  'no_break_spaces',
  'nonsense_date',
  'null_word',
  'null_word_in_required',
  'number_as_text',
  'pages_are_text',
  'pages_negative',
  'resolved_before_opened',
  'resolved_is_text',
  'score_fractional',
  'score_is_text',
  'score_too_high',
  'score_too_low',
  'undecided_opt_in',
  'unknown_customer',
  'unknown_device',
  'unknown_payment_method',
  'updated_later',
]
