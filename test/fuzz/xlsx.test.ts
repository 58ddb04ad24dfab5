import { type ChildProcess, fork } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { readNormalizedSql } from '../../src/sources/read-sql.ts'
import type { ScanOutcome } from '../../src/sources/scan.ts'
import { columnNames, csv, scratch } from '../sources/support.ts'
import { inline, textRow, workbookFiles } from '../sources/xlsx/workbook.ts'
import { type CsvDatabase, csvDatabase } from '../support/csv-duckdb.ts'
import { isLong, share } from '../support/long.ts'
import { randomFrom } from '../support/random.ts'
import { mutateWorkbook, type Parts } from './xlsx-mutate.ts'

const MUTANTS = share(5200, 12)
const BATCH = 100
const LONGEST = 10_000

const rows = (count: number, row: (i: number) => string) =>
  textRow(1, 'id', 'name', 'on') + Array.from({ length: count }, (_, i) => row(i + 2)).join('')
const shared =
  '<si><t>one "1"</t></si><si><r><t>t</t></r><rPh sb="0" eb="1"><t>n</t></rPh><r><t>wo_x000D_\n</t></r></si>'
const mixed = (i: number) =>
  `<row r="${i}" spans="1:3"><c r="A${i}"><v>${i}.25</v></c><c r="B${i}" t="s"><v>${i % 2}</v></c><c r="C${i}" s="1"><f>A${i}+1</f><v>45306.5</v></c></row>`
const odd = (i: number) =>
  `<row>${inline(`A${i}`, `&lt;${i}&#233;`)}<c t="b"><v>1</v></c><!-- c --><c t="str"><v><![CDATA[<v>]]></v></c></row>`

const bases: readonly Parts[] = [
  workbookFiles({ sheets: [{ rows: rows(40, mixed) }], shared, formats: [22, '[h]:mm'] }),
  workbookFiles({ sheets: [{ rows: rows(30, odd) }, { state: 'hidden', rows: '' }], absolute: true }),
  workbookFiles({
    sheets: [{ rows: rows(20, (i) => textRow(i, `${i}`, 'x')).replace(/<(\/?)(?=[a-z])/g, '<$1x:') }],
    prefix: 'x:',
    strict: true,
    folder: 'b/',
  }),
  workbookFiles({ sheets: [{ rows: rows(3000, mixed) }], shared, formats: [14] }),
]

type Answer = (ScanOutcome | { readonly error: string }) & { readonly copied: boolean; readonly rss: number }

/** A process that scans, replaced when it had to be killed. */
class Scanner {
  #child: ChildProcess | undefined

  async scan(path: string, copyTo: string): Promise<Answer> {
    this.#child ??= fork(fileURLToPath(new URL('xlsx-child.mjs', import.meta.url)), {
      execArgv: ['--max-old-space-size=800'],
    })
    const child = this.#child
    return await new Promise<Answer>((resolve, reject) => {
      const failed = (why: string) => {
        child.removeAllListeners()
        this.end()
        reject(new Error(why))
      }
      const timer = setTimeout(() => failed('it hangs'), LONGEST)
      child.once('exit', (code, signal) => failed(`the process ended: ${code ?? signal}`))
      child.once('message', (answer: Answer) => {
        clearTimeout(timer)
        child.removeAllListeners()
        resolve(answer)
      })
      child.send({ path, copyTo })
    })
  }

  end(): void {
    this.#child?.kill('SIGKILL')
    this.#child = undefined
  }
}

/** What DuckDB must find in the copy of a mutant that was read. */
interface Owed {
  readonly seed: number
  readonly due: string
  readonly from: string
  readonly copy: string
}

async function expectCounts(db: CsvDatabase, owed: readonly Owed[]): Promise<void> {
  if (owed.length === 0) return
  const queries = owed.map(
    ({ seed, from }) =>
      `select ${seed} || ': ' || count(*) || ' rows, ' || count(_raw_error) || ' malformed' from ${from}`,
  )
  const seen = await db.values(queries.join(' union all '))
  expect(seen.map(String).sort()).toEqual(owed.map(({ seed, due }) => `${seed}: ${due}`).sort())
  await Promise.all(owed.map(({ copy }) => rm(copy)))
}

test(`${MUTANTS} mutants of workbooks: none hangs, none crashes, each is read or refused`, {
  timeout: 600_000,
}, async () => {
  await using db = await csvDatabase()
  await using work = await scratch()
  const scanner = new Scanner()
  const codes = new Map<string, number>()
  const totals = { read: 0, refused: 0, rss: 0 }
  const live = async (seed: number): Promise<Owed | undefined> => {
    const r = randomFrom(seed)
    const { how, bytes } = await mutateWorkbook(r.pick(bases), r)
    const path = await work.write(`${seed}.xlsx`, bytes)
    const copy = work.path(`${seed}.csv`)
    const answer = await scanner.scan(path, copy).catch((error: unknown) => {
      throw new Error(`seed ${seed} (${how})`, { cause: error })
    })
    if ('error' in answer) throw new Error(`seed ${seed} (${how}): ${answer.error}`)
    totals.rss = Math.max(totals.rss, answer.rss)
    expect(answer.copied, `seed ${seed} (${how})`).toBe(answer.ok)
    if (!answer.ok) {
      codes.set(answer.problem.code, (codes.get(answer.problem.code) ?? 0) + 1)
      totals.refused++
      return undefined
    }
    totals.read++
    const { shape, header, records, malformed } = answer.scan
    if (shape.kind !== 'copied') throw new Error(`seed ${seed} (${how}): ${shape.kind}`)
    const from = readNormalizedSql(copy, csv, columnNames(header.length), shape)
    return { seed, due: `${records} rows, ${malformed} malformed`, from, copy }
  }
  try {
    for (let start = 0; start < MUTANTS; start += BATCH) {
      const owed: Owed[] = []
      for (let seed = start; seed < start + BATCH; seed++) {
        const one = await live(seed)
        if (one) owed.push(one)
      }
      await expectCounts(db, owed)
    }
  } finally {
    scanner.end()
  }
  expect([...codes.keys()].filter((code) => !/^(not_)?xlsx/.test(code))).toEqual([])
  expect(codes.size).toBeGreaterThan(isLong ? 8 : 6)
  expect(totals.rss).toBeLessThan(1e9)
  expect(totals.read).toBeGreaterThan(MUTANTS / 10)
  expect(totals.refused).toBeGreaterThan(MUTANTS / 4)
})
