import type { CsvSyntax } from './csv-syntax.ts'
import type { SplitRecord } from './line-splitter.ts'

/** The value of a field of a record, unescaped. */
export function fieldText(bytes: Buffer, syntax: CsvSyntax, record: SplitRecord, index: number): string {
  const text = bytes.toString('utf8', record.from[index], record.to[index])
  if (!record.escaped[index]) return text
  const escaper = String.fromCharCode(syntax.escape)
  const quote = String.fromCharCode(syntax.quote)
  let value = ''
  for (let i = 0; i < text.length; i++) {
    const next = text[i + 1]
    if (text[i] === escaper && (next === quote || next === escaper)) i++
    value += text[i]
  }
  return value
}
