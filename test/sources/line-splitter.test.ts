import { expect, test } from 'vitest'
import type { CsvSyntax } from '../../src/sources/csv-syntax.ts'
import { fieldText } from '../../src/sources/field-text.ts'
import { csvLimits } from '../../src/sources/limits.ts'
import { LineSplitter, type SplitRecord } from '../../src/sources/line-splitter.ts'
import { RecordReader } from '../../src/sources/record-reader.ts'
import { Window } from '../../src/sources/window.ts'
import { randomFrom } from '../support/random.ts'

const syntaxes: Readonly<Record<string, CsvSyntax>> = {
  'commas, doubled quotes': { delimiter: 0x2c, quote: 0x22, escape: 0x22 },
  'tabs, backslashes': { delimiter: 0x09, quote: 0x22, escape: 0x5c },
  'bars, no quotes': { delimiter: 0x7c, quote: -1, escape: -1 },
}

async function* inChunks(text: Buffer, size: number) {
  for (let at = 0; at < text.length; at += size) yield text.subarray(at, at + size)
}

/** Fields of every good record, and how many of them the splitter has found. */
async function recordsOf(
  text: Buffer,
  syntax: CsvSyntax,
  width: number,
  chunk: number,
  split: boolean,
): Promise<{ records: string[]; lines: number }> {
  const window = new Window(inChunks(text, chunk))
  const reader = new RecordReader(window, syntax, csvLimits, width)
  const splitter = new LineSplitter(syntax, width)
  const records: string[] = []
  let lines = 0
  const take = (bytes: Buffer, record: SplitRecord) => {
    const fields = Array.from({ length: width }, (_, i) => fieldText(bytes, syntax, record, i))
    records.push(JSON.stringify([bytes.toString('utf8', record.start, record.end), ...fields]))
  }
  for (;;) {
    if (split)
      splitter.each(window, (bytes, record) => {
        take(bytes, record)
        lines++
      })
    const read = reader.read()
    if (read === 'end') return { records, lines }
    if (read === 'more') await window.fill()
    else {
      if (read === 'record' && !reader.error) take(window.bytes, reader)
      window.start = reader.next
    }
  }
}

test.each(Object.keys(syntaxes))('finds the fields that the RecordReader finds: %s', async (name) => {
  const syntax = syntaxes[name] as CsvSyntax
  const random = randomFrom(7)
  const [delimiter, quote] = [String.fromCharCode(syntax.delimiter), '"']
  const odd = [delimiter, quote, quote, '\\', '\n', '\r', '\r\n', ' ', 'é', 'x', '']
  let lines = 0
  for (let round = 0; round < 150; round++) {
    const width = 1 + (round % 4)
    const field = () =>
      random.chance(0.03)
        ? Array.from({ length: 4 }, () => random.pick(odd)).join('')
        : random.pick([
            '',
            'abc',
            '1249.50',
            `${quote}a b${quote}`,
            `${quote}${quote}`,
            'größer',
            '2024-03-05',
          ])
    const record = () =>
      Array.from({ length: width }, field).join(delimiter) + random.pick(['\n', '\n', '\r\n'])
    const text = Buffer.from(Array.from({ length: random.chance(0.2) ? 900 : 30 }, record).join(''))
    const chunk = random.pick(['7', '64', '5000', '100000'])
    const found = await recordsOf(text, syntax, width, Number(chunk), true)
    const expected = await recordsOf(text, syntax, width, text.length, false)
    expect(found.records).toEqual(expected.records)
    lines += found.lines
  }
  expect(lines).toBeGreaterThan(5000)
})
