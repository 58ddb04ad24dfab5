import type { Problem } from '../errors.ts'
import type { CsvFormat } from '../project/types.ts'
import { csvSyntax } from './csv-syntax.ts'
import { fillWithin, type Header, readHeader, refuseLong } from './header.ts'
import { type CsvLimits, csvLimits, type ReadOptions } from './limits.ts'
import { hashFile } from './raw-file.ts'
import { newlines, RecordReader } from './record-reader.ts'
import { Refusal } from './refusal.ts'
import { Skimmer } from './skimmer.ts'
import { textFile } from './text-file.ts'
import { Window } from './window.ts'

/** What one pass over every byte of a file has shown. */
export interface Scan {
  /** Of the bytes as they lie in landing, hexadecimal. */
  readonly sha256: string
  readonly bytes: number
  /** Names as in the file, '' for a column without one; `column_1`.. where the format has no header. */
  readonly header: readonly string[]
  /** Malformed ones included, header and blank lines not. */
  readonly records: number
  readonly malformed: number
  readonly blankLines: number
  readonly shape: Shape
  /** What a reader should know about the file, one sentence each. */
  readonly notes?: readonly string[]
}

/**
 * `plain`: another reader will find the same records and values in the file as it lies. `normalize`: make a canonical copy first.
 * `copied`: the scan wrote that copy itself, to `copyTo`; without a `copyTo` the same is said and nothing written.
 * `typed`: the values have types of their own, and the engine reads them; `texts` are SQL expressions, one per column, that make text of them.
 */
export type Shape =
  | { readonly kind: 'plain'; readonly newline: '\n' | '\r\n' | '\r'; readonly quotedNewlines: boolean }
  | { readonly kind: 'normalize'; readonly why: string }
  | { readonly kind: 'copied'; readonly longest: number; readonly quotedNewlines: boolean }
  | { readonly kind: 'typed'; readonly texts: readonly string[] }

export type ScanOutcome =
  | { readonly ok: true; readonly scan: Scan }
  | { readonly ok: false; readonly problem: Problem; readonly sha256?: string }

export interface ScanOptions extends ReadOptions {
  /** How many columns the file has, for a format without header. */
  readonly columns?: number
  /** Where a format that always needs a canonical copy (see `normalizeCsv`) puts it in the same pass; removed when the scan fails. */
  readonly copyTo?: string
}

/** Longer records are left to the normalized route, whose reader is given the room they need. */
const PLAIN_RECORD = 1024 * 1024

/**
 * Reads a CSV file once, in bounded memory. A file that cannot be used at all is a Problem without `file`.
 * Throws C360Error (CANCELLED, NO_ACCESS) or the system's own error.
 */
export async function scanCsv(
  path: string,
  format: CsvFormat,
  options: ScanOptions = {},
): Promise<ScanOutcome> {
  try {
    return { ok: true, scan: await scanText(path, format, options) }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { onProgress: _, ...quietly } = options
    return { ok: false, problem: error.problem, sha256: await hashFile(path, quietly) }
  }
}

async function scanText(path: string, format: CsvFormat, options: ScanOptions): Promise<Scan> {
  const limits = { ...csvLimits, ...options.limits }
  const syntax = csvSyntax(format)
  const text = textFile(path, format, options)
  const window = new Window(text.chunks)
  try {
    const header = await readHeader(window, format, syntax, limits, options.columns ?? 0)
    const tally = new Tally(header, limits)
    const skimmer = new Skimmer(syntax, header.names.length)
    const reader = new RecordReader(window, syntax, limits, header.names.length)
    for (;;) {
      skimmer.skim(window)
      const read = reader.read()
      if (read === 'end') break
      if (read === 'more') await fillWithin(window, limits)
      else {
        tally.add(reader, read === 'blank')
        window.start = reader.next
      }
    }
    tally.addSkimmed(skimmer)
    return {
      sha256: text.raw.sha256(),
      bytes: text.raw.bytes(),
      header: header.names,
      records: tally.records,
      malformed: tally.malformed,
      blankLines: tally.blankLines,
      shape: tally.shape(text.altered()),
    }
  } finally {
    await window.close()
  }
}

class Tally {
  records = 0
  malformed = 0
  blankLines: number
  #quotedNewlines: boolean
  #newlines: number
  #why: string | undefined
  readonly #width: number
  readonly #limits: CsvLimits

  constructor(header: Header, limits: CsvLimits) {
    this.blankLines = header.blankLines
    this.#quotedNewlines = header.spansLines
    this.#newlines = header.newline
    this.#width = header.names.length
    this.#limits = limits
    if (header.unusual) this.#why = 'an unusual header'
    if (header.blankLines > 0) this.#why = 'blank lines'
  }

  add(record: RecordReader, blank: boolean): void {
    this.#newlines |= record.newline
    this.#measure(record.end - record.start)
    this.#why ??= this.#oddity(record, blank)
    if (blank) {
      this.blankLines++
      return
    }
    this.records++
    if (record.error) this.malformed++
    else if (record.spansLines) this.#quotedNewlines = true
  }

  addSkimmed(skimmed: Skimmer): void {
    this.records += skimmed.records
    this.#newlines |= skimmed.newlines
    this.#measure(skimmed.longest)
  }

  shape(altered: string | undefined): Shape {
    const newline = this.#newline()
    const why = altered ?? this.#why ?? (newline === undefined ? 'more than one kind of newline' : undefined)
    if (why !== undefined || newline === undefined) return { kind: 'normalize', why: why ?? '' }
    return { kind: 'plain', newline, quotedNewlines: this.#quotedNewlines }
  }

  #measure(length: number): void {
    refuseLong(length, this.#limits)
    if (length > PLAIN_RECORD) this.#why ??= 'a very long record'
  }

  #oddity(record: RecordReader, blank: boolean): string | undefined {
    if (blank) return 'blank lines'
    if (record.error) return 'malformed records'
    if (record.unusual) return 'quotes or escapes within unquoted text'
    if (record.fields > this.#width) return 'empty fields beyond the header'
    return record.start === record.end ? 'empty lines in a single column' : undefined
  }

  #newline(): '\n' | '\r\n' | '\r' | undefined {
    switch (this.#newlines) {
      case 0:
      case newlines.lf:
        return '\n'
      case newlines.crlf:
        return '\r\n'
      case newlines.cr:
        return '\r'
      default:
        return undefined
    }
  }
}
