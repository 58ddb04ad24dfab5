import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A record as a plain reader sees it: its fields, or why it has none. */
export interface Read {
  readonly row: number
  readonly fields: readonly string[]
  readonly torn?: string
}

export interface Table {
  readonly header: readonly string[]
  readonly records: readonly Read[]
  readonly blankLines: number
}

/** Reads a CSV byte by byte; shares nothing with the code that wrote it. */
export function readCsv(folder: string, name: string): Table {
  const text = readFileSync(join(folder, name)).toString('latin1')
  const records: Read[] = []
  let [at, blankLines, header] = [0, 0, [] as readonly string[]]
  while (at < text.length) {
    const { fields, end, broken } = split(text, at)
    const raw = text.slice(at, end)
    at = end
    if (raw === '\n') blankLines++
    else if (header.length === 0) header = fields
    else records.push(judged(records.length + 1, raw, fields, broken, header.length))
  }
  return { header, records, blankLines }
}

function judged(row: number, raw: string, latin1: readonly string[], broken: boolean, width: number): Read {
  const fields = latin1.map((field) => Buffer.from(field, 'latin1').toString('utf8'))
  if (fields.some((field) => field.includes('\uFFFD'))) return { row, fields, torn: 'invalid_encoding' }
  if (raw.includes('\0')) return { row, fields, torn: 'nul_byte' }
  if (broken) return { row, fields, torn: 'broken_quote' }
  if (fields.length < width) return { row, fields, torn: 'too_few_fields' }
  if (fields.slice(width).some((field) => field !== '')) return { row, fields, torn: 'too_many_fields' }
  return { row, fields }
}

/** A record whose quoting is broken ends with its first line. */
function split(text: string, start: number): { fields: string[]; end: number; broken: boolean } {
  const fields: string[] = []
  let at = start
  for (;;) {
    const quoted = text[at] === '"'
    const stop = quoted ? afterQuotes(text, at) : afterPlain(text, at)
    const next = text[stop]
    if (quoted && (stop < 0 || (next !== ',' && next !== '\n' && next !== undefined)))
      return { fields, end: text.indexOf('\n', start) + 1 || text.length, broken: true }
    fields.push(quoted ? text.slice(at + 1, stop - 1).replaceAll('""', '"') : text.slice(at, stop))
    if (next !== ',') return { fields, end: Math.min(stop + 1, text.length), broken: false }
    at = stop + 1
  }
}

function afterPlain(text: string, at: number): number {
  let end = at
  while (end < text.length && text[end] !== ',' && text[end] !== '\n') end++
  return end
}

function afterQuotes(text: string, at: number): number {
  let end = text.indexOf('"', at + 1)
  while (end >= 0 && text[end + 1] === '"') end = text.indexOf('"', end + 2)
  return end < 0 ? -1 : end + 1
}
