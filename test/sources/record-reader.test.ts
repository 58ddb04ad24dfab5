import { expect, test } from 'vitest'
import type { CsvSyntax } from '../../src/sources/csv-syntax.ts'
import { fieldText } from '../../src/sources/field-text.ts'
import { csvLimits } from '../../src/sources/limits.ts'
import { RecordReader } from '../../src/sources/record-reader.ts'
import { Skimmer } from '../../src/sources/skimmer.ts'
import { Window } from '../../src/sources/window.ts'
import { randomFrom } from '../support/random.ts'

const doubled: CsvSyntax = { delimiter: 0x2c, quote: 0x22, escape: 0x22 }
const backslash: CsvSyntax = { delimiter: 0x2c, quote: 0x22, escape: 0x5c }

async function* inChunks(text: Buffer, size: number) {
  for (let at = 0; at < text.length; at += size) yield text.subarray(at, at + size)
}

/** Every record as text: fields, `!error raw text`, or `-` for a blank line. Clean lines go by way of the Skimmer, as in a scan. */
async function readAll(text: Buffer, syntax: CsvSyntax, width: number, chunk: number): Promise<string[]> {
  const window = new Window(inChunks(text, chunk))
  const reader = new RecordReader(window, syntax, csvLimits, width)
  const skimmer = new Skimmer(syntax, width)
  const seen: string[] = []
  for (;;) {
    if (skimmer.line(window)) {
      seen.push(JSON.stringify(window.bytes.toString('utf8', window.start, skimmer.end).split(',')))
      window.start = skimmer.next
      continue
    }
    const read = reader.read()
    if (read === 'end') return seen
    if (read === 'more') {
      await window.fill()
      continue
    }
    if (read === 'blank') seen.push('-')
    else if (reader.error)
      seen.push(`!${reader.error} ${window.bytes.toString('utf8', reader.start, reader.end)}`)
    else
      seen.push(
        JSON.stringify(Array.from({ length: width }, (_, i) => fieldText(window.bytes, syntax, reader, i))),
      )
    window.start = reader.next
  }
}

interface Parsed {
  readonly fields: string[]
  readonly raw: string
  readonly rest: string
  readonly lines: boolean
}

/** The rules once more, as plainly as they can be said, in quadratic time. */
function plainly(text: string, escaper: string, width: number): string[] {
  const seen: string[] = []
  for (let left = text; left !== ''; ) {
    const record = parse(left, escaper)
    const filled = record?.fields.findLastIndex((field) => field !== '') ?? 0
    const fits = record !== undefined && record.fields.length >= width && filled < width
    const [line = ''] = left.split(/\r\n|\n|\r/, 1)
    const good = record !== undefined && (fits || !record.lines)
    const raw = good ? record.raw : line
    if (!good) seen.push(`!broken_quote ${line}`)
    else if (width > 1 && /^[ \t]*$/.test(raw)) seen.push('-')
    else if (record.fields.length < width) seen.push(`!too_few_fields ${raw}`)
    else if (!fits) seen.push(`!too_many_fields ${raw}`)
    else seen.push(JSON.stringify(record.fields.slice(0, width)))
    left = left.slice(raw.length).replace(/^(\r\n|\n|\r)/, '')
  }
  return seen
}

/** One record by regular expressions; undefined if its quoting is broken. */
function parse(text: string, escaper: string): Parsed | undefined {
  const quoted = escaper === '"' ? /"((?:[^"]|"")*)"/y : /"((?:[^"\\]|\\["\\]|\\(?!["\\]))*)"/y
  const bare = /[^,\r\n]*/y
  const fields: string[] = []
  let at = 0
  for (;;) {
    const pattern = text[at] === '"' ? quoted : bare
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (!match) return undefined
    at = pattern.lastIndex
    if (at < text.length && !',\r\n'.includes(text[at] ?? '')) return undefined
    const unescaped =
      escaper === '"' ? match[1]?.replaceAll('""', '"') : match[1]?.replace(/\\(["\\])/g, '$1')
    fields.push(unescaped ?? match[0])
    if (text[at] !== ',') break
    at++
  }
  const raw = text.slice(0, at)
  return { fields, raw, rest: text.slice(at), lines: /[\r\n]/.test(raw) }
}

test.each([
  ['doubled quotes', doubled, ['"', '"', ',', '\n', 'a', 'b', ' ', '\r\n', '\r']],
  ['backslash', backslash, ['"', '\\', ',', '\n', 'a', 'b', '\r\n']],
] as const)(
  '10,000 random texts, in chunks of any size: %s',
  { timeout: 60_000 },
  async (_, syntax, alphabet) => {
    const r = randomFrom(7)
    for (let i = 0; i < 10_000; i++) {
      const text = Array.from({ length: 1 + r.below(24) }, () => r.pick(alphabet)).join('')
      const width = 1 + r.below(3)
      const chunk = 1 + r.below(9)
      const seen = await readAll(Buffer.from(text), syntax, width, chunk)
      expect(seen, JSON.stringify({ text, width, chunk })).toEqual(
        plainly(text, String.fromCharCode(syntax.escape), width),
      )
    }
  },
)

test.each([
  ['a stray quote on each line', '1,"a\n', 2],
  ['quotes that close and open again', 'x","\n', 9],
  ['many fields to the end of the look-ahead', 'x","\n', 100_000],
  ['doubled quotes only', '1,"""\n', 2],
  ['one stray quote, then none', 'abc,de\n', 2],
])('reading stays linear: %s', { timeout: 60_000 }, async (_, line, width) => {
  const time = async (lines: number) => {
    const text = Buffer.from(`1,"\n${line.repeat(lines)}`)
    const begin = process.cpuUsage()
    await readAll(text, doubled, width, 1 << 20)
    return process.cpuUsage(begin).user / 1000
  }
  await time(20_000)
  expect(await time(400_000)).toBeLessThan(4000)
})

test('a quoted field may span lines up to the look-ahead and no further', async () => {
  const record = (bytes: number) => `1,"${'x\n'.repeat(bytes / 2)}"\n`
  const inside = await readAll(Buffer.from(record(csvLimits.lookAhead - 10)), doubled, 2, 1 << 16)
  expect(inside).toHaveLength(1)
  const beyond = await readAll(Buffer.from(record(csvLimits.lookAhead + 10)), doubled, 2, 1 << 16)
  expect(beyond[0]).toBe('!broken_quote 1,"x')
  expect(beyond.length).toBeGreaterThan(500_000)
})
