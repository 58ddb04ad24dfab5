import type { CsvFormat } from '../project/types.ts'
import { canonicalNull } from './canonical-writer.ts'
import type { Normalized } from './normalize.ts'
import type { Scan } from './scan.ts'

const MiB = 1024 * 1024

/**
 * `read_csv(...)` of DuckDB for a file whose scan says `plain`: one VARCHAR column per name, in the order of the file's
 * fields; an empty field is '', never NULL. Throws for any other scan.
 */
export function readPlainSql(path: string, format: CsvFormat, names: readonly string[], scan: Scan): string {
  if (scan.shape.kind !== 'plain')
    throw new Error(`Not a plain file: ${scan.shape.kind === 'normalize' ? scan.shape.why : scan.shape.kind}`)
  const { newline, quotedNewlines } = scan.shape
  return readCsv(path, names, [
    `delim = ${literal(format.delimiter)}`,
    `quote = ${literal(format.quote)}`,
    `escape = ${literal(format.quote === '' ? '' : format.escape || format.quote)}`,
    `header = ${format.header}`,
    ...newLine(newline),
    `force_not_null = [${names.map(literal).join(', ')}]`,
    `max_line_size = ${2 * MiB}`,
    `parallel = ${!quotedNewlines}`,
  ])
}

/**
 * `read_csv(...)` for a file `normalizeCsv` has written (`file` is what it returned): the names, then `_raw_record`,
 * `_raw_error` and `_row_number` as text. A field is NULL in malformed records only.
 */
export function readNormalizedSql(
  path: string,
  format: Pick<CsvFormat, 'delimiter'>,
  names: readonly string[],
  file: Pick<Normalized, 'longest' | 'quotedNewlines'>,
): string {
  const line = Math.max(2 * MiB, file.longest + 1024)
  const long = line > 2 * MiB
  return readCsv(
    path,
    [...names, '_raw_record', '_raw_error', '_row_number'],
    [
      `delim = ${literal(format.delimiter)}`,
      `quote = '"'`,
      `escape = '"'`,
      'header = false',
      ...newLine('\n'),
      `nullstr = ${literal(canonicalNull)}`,
      `max_line_size = ${line}`,
      ...(long ? [`buffer_size = ${2 * line}`] : []),
      `parallel = ${!long && !file.quotedNewlines}`,
    ],
  )
}

function readCsv(path: string, names: readonly string[], options: readonly string[]): string {
  const columns = names.map((name) => `${literal(name)}: 'VARCHAR'`).join(', ')
  const always = [
    'auto_detect = false',
    `columns = {${columns}}`,
    `compression = 'none'`,
    `encoding = 'utf-8'`,
    `comment = ''`,
    'skip = 0',
    'strict_mode = true',
    'null_padding = false',
    'ignore_errors = false',
    'allow_quoted_nulls = false',
  ]
  return `read_csv(${exactly(path)}, ${[...always, ...options].join(', ')})`
}

/** With `\r\n` stated, DuckDB 1.5 in strict mode reads no rows at all, without an error; unstated, it reads them right. */
function newLine(newline: '\n' | '\r\n' | '\r'): readonly string[] {
  return newline === '\r\n' ? [] : [`new_line = '${newline === '\n' ? '\\n' : '\\r'}'`]
}

/** The engine takes a path for a glob: characters that mean something there stand in a set of their own. */
export const exactly = (path: string): string => literal(path.replace(/[*?[]/g, '[$&]'))

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
