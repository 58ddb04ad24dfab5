import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { normalizeCsv } from '../../src/sources/normalize.ts'
import { readPlainSql } from '../../src/sources/read-sql.ts'
import { scanCsv } from '../../src/sources/scan.ts'
import { csv, scanOf, scratch } from './support.ts'

const lines = (count: number) => Array.from({ length: count }, (_, i) => `${i},name ${i}\n`).join('')

test('the hash and the count are of the bytes that lie in landing', async () => {
  await using work = await scratch()
  const content = gzipSync(`id,name\n${lines(50)}`)
  const scan = await scanOf(await work.write('a.csv.gz', content))
  expect(scan.bytes).toBe(content.length)
  expect(scan.sha256).toBe(createHash('sha256').update(content).digest('hex'))
})

test('a refused file is known by its hash too', async () => {
  await using work = await scratch()
  const content = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(5_000_000)])
  const outcome = await scanCsv(await work.write('a.csv', content), csv)
  expect(outcome).toMatchObject({ ok: false, sha256: createHash('sha256').update(content).digest('hex') })
})

test('progress ends at the size of the file', async () => {
  await using work = await scratch()
  const seen: number[] = []
  const { bytes } = await scanOf(await work.write('a.csv', `id,name\n${lines(400_000)}`), csv, {
    onProgress: (n) => seen.push(n),
  })
  expect(seen.length).toBeGreaterThan(1)
  expect(seen).toEqual([...seen].sort((a, b) => a - b))
  expect(seen.at(-1)).toBe(bytes)
})

test.each(['scan', 'normalize'])('a given signal ends the %s and leaves nothing behind', async (which) => {
  await using work = await scratch()
  const path = await work.write('a.csv', `id,name\n${lines(400_000)}`)
  const stop = new AbortController()
  const options = { signal: stop.signal, onProgress: () => stop.abort() }
  const out = work.path('out.csv')
  const reading =
    which === 'scan' ? scanCsv(path, csv, options) : normalizeCsv(path, csv, { ...options, fields: 2, out })
  await expect(reading).rejects.toMatchObject({ code: 'CANCELLED' })
  expect(existsSync(out)).toBe(false)
})

test('a record over the limit refuses the file, wherever it lies and whatever it looks like', async () => {
  await using work = await scratch()
  const long = 'x'.repeat(5000)
  const limits = { record: 4000 }
  for (const record of [`1,${long}`, `1,"${long}"`, long, `${long},1`, `1,"${'x\n'.repeat(2500)}"x`])
    for (const [before, after] of [
      ['', '\n2,b\n'],
      [lines(10), ''],
      [lines(200_000), '\n'],
    ]) {
      const outcome = await scanCsv(await work.write('a.csv', `id,name\n${before}${record}${after}`), csv, {
        limits,
      })
      if (record.includes('\n')) expect(outcome).toMatchObject({ ok: true })
      else expect(outcome).toMatchObject({ ok: false, problem: { code: 'csv_record_too_long' } })
    }
})

test('a giant single line is refused in bounded memory', { timeout: 30_000 }, async () => {
  await using work = await scratch()
  const path = await work.write(
    'a.csv',
    Buffer.concat([Buffer.from('id,name\n'), Buffer.alloc(80_000_000, 'x')]),
  )
  const before = process.memoryUsage().rss
  const outcome = await scanCsv(path, csv)
  expect(outcome).toMatchObject({ ok: false, problem: { code: 'csv_record_too_long' } })
  expect(process.memoryUsage().rss - before).toBeLessThan(500_000_000)
})

test('a gzip bomb is refused by ratio and by size', async () => {
  await using work = await scratch()
  const path = await work.write('a.csv.gz', gzipSync(`id,name\n${'1,a\n'.repeat(2_000_000)}`))
  for (const limits of [{ ratioFrom: 1_000_000, ratio: 100 }, { inflated: 3_000_000 }])
    expect(await scanCsv(path, csv, { limits })).toMatchObject({ ok: false, problem: { code: 'gzip_bomb' } })
  expect(await scanCsv(path, csv)).toMatchObject({ ok: true, scan: { records: 2_000_000 } })
})

test('a file that is not plain is not read as if it were', async () => {
  await using work = await scratch()
  const path = await work.write('a.csv', 'id,name\n1\n')
  const scan = await scanOf(path)
  expect(() => readPlainSql(path, csv, ['a', 'b'], scan)).toThrow('malformed')
})

test("a missing file is the system's own error", async () => {
  await expect(scanCsv('/nonexistent/a.csv', csv)).rejects.toMatchObject({ code: 'ENOENT' })
})
