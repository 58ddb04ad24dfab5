import type { Problem } from '../errors.ts'

/** A file as it was read. `path` is relative to the project, with forward slashes. */
export interface SourceFile {
  readonly path: string
  readonly bytes: Uint8Array
}

/** A problem at a line; the file is known from where it is reported. */
export type Located = Omit<Problem, 'file'> & { readonly line: number }

// Far above what anybody writes by hand; below them a parser's time and memory are bounded.
const MAX_BYTES = 256 * 1024
const MAX_LINES = 10_000
const MAX_LINE_LENGTH = 4_000

/** Control characters other than tab and the ends of lines. */
const CONTROL = /[^\P{Cc}\t\r\n]|[\ufffe\uffff]/u

/** The file as text; what is not the UTF-8 text of a person is reported, and the answer undefined. */
export function readText(bytes: Uint8Array, report: (problem: Located) => void): string | undefined {
  const refuse = (line: number, message: string, hint: string) => {
    report({ code: 'unreadable_file', message, hint, line })
    return undefined
  }
  if (bytes.length > MAX_BYTES) return refuse(1, 'this file is larger than 256 KB', 'is it a data file?')
  const badLine = firstBadLine(bytes)
  if (badLine !== undefined)
    return refuse(badLine, 'this file is not UTF-8 text', 'save it with the encoding UTF-8')
  const text = new TextDecoder().decode(bytes)
  const lines = text.split(/\r\n|\r|\n/)
  if (lines.length > MAX_LINES)
    return refuse(MAX_LINES, 'this file has more than 10,000 lines', 'is it a data file?')
  const long = lines.findIndex((line) => line.length > MAX_LINE_LENGTH)
  if (long >= 0)
    return refuse(long + 1, 'this line is longer than 4,000 characters', 'break it into several lines')
  const control = lines.findIndex((line) => CONTROL.test(line))
  return control < 0 ? text : refuse(control + 1, 'this line has a control character', 'remove it')
}

/** 1-based line of the first byte that is not UTF-8. */
function firstBadLine(bytes: Uint8Array): number | undefined {
  const isText = (part: Uint8Array) => {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(part) !== undefined
    } catch {
      return false
    }
  }
  if (isText(bytes)) return undefined
  for (let start = 0, line = 1; start <= bytes.length; line++) {
    const newline = bytes.indexOf(10, start)
    const end = newline < 0 ? bytes.length : newline
    if (!isText(bytes.subarray(start, end))) return line
    start = end + 1
  }
  return 1
}
