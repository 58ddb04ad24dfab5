import type { CsvFormat } from '../project/types.ts'
import { Refusal } from './refusal.ts'

export const LF = 10
export const CR = 13
export const NONE = -1

/** The format's characters as bytes; `NONE` where there is none. `escape` equals `quote` for doubled quotes. */
export interface CsvSyntax {
  readonly delimiter: number
  readonly quote: number
  readonly escape: number
}

export function csvSyntax(format: CsvFormat): CsvSyntax {
  const delimiter = byteOf('delimiter', format.delimiter)
  if (/[\w"]/.test(format.delimiter)) throw badFormat(`The delimiter is ${JSON.stringify(format.delimiter)}.`)
  const quote = format.quote === '' ? NONE : byteOf('quote', format.quote)
  const escaper = quote === NONE || format.escape === '' ? quote : byteOf('escape', format.escape)
  if (delimiter === quote || delimiter === escaper)
    throw badFormat('The delimiter is also the quote or escape character.')
  return { delimiter, quote, escape: escaper }
}

function byteOf(option: string, text: string): number {
  const code = text.charCodeAt(0)
  if (text.length === 1 && code > 1 && code < 128 && code !== LF && code !== CR) return code
  throw badFormat(`The ${option} is ${JSON.stringify(text)}.`)
}

function badFormat(message: string): Refusal {
  return new Refusal(
    'csv_format',
    message,
    'Give one ASCII character each, the delimiter no letter, digit or double quote; for example delimiter: ";".',
  )
}
