import type { WrittenContract } from './contract-shape.ts'
import { FORMAT_TYPES, type FormatOption, type FormatType, type WrittenFormat } from './format-shape.ts'
import { reject } from './shape.ts'
import type { CsvFormat, NumberStyle, SourceFormat } from './types.ts'
import { listed } from './words.ts'
import type { YamlFile } from './yaml.ts'

type Values = WrittenFormat['values']
type Contradict = (key: FormatOption | 'type', message: string, hint?: string) => void

const CSV_OPTIONS = ['delimiter', 'quote', 'escape', 'header', 'encoding', 'decimal', 'thousands'] as const

const OPTIONS: Readonly<Record<FormatType, readonly FormatOption[]>> = {
  csv: CSV_OPTIONS,
  tsv: CSV_OPTIONS,
  xlsx: ['sheet', 'header_row', 'header', 'decimal', 'thousands'],
  json: ['records', 'decimal', 'thousands'],
  parquet: [],
}

const EXTENSIONS: Readonly<Record<string, FormatType>> = {
  csv: 'csv',
  txt: 'csv',
  tsv: 'tsv',
  xlsx: 'xlsx',
  json: 'json',
  jsonl: 'json',
  ndjson: 'json',
  parquet: 'parquet',
}

/** The file format with its defaults; contradictions and options of another type are reported. */
export function formatFrom(
  { values: contract, lines: keys, line }: WrittenContract,
  file: YamlFile,
): SourceFormat {
  const { values = {}, lines = {} } = contract.format ?? {}
  const contradict: Contradict = (key, message, hint) =>
    reject({ file, label: 'format', line: lines[key] ?? keys.format ?? line }, 'bad_format', message, hint)
  const type = values.type ?? typeByName(contract.files?.map(({ value }) => value) ?? [])
  // A type that was written wrong is reported as such; to judge the options by a guess would only add noise.
  if (lines.type === undefined || values.type !== undefined) refuseForeign(type, lines, contradict)
  switch (type) {
    case 'csv':
    case 'tsv':
      return csvFrom(values, type, lines.escape !== undefined, contradict)
    case 'xlsx':
      if (values.header === false && values.header_row !== undefined)
        contradict(
          'header_row',
          '`header_row` says where a header is, and `header: false` that there is none',
        )
      return {
        type,
        ...(values.sheet === undefined ? {} : { sheet: values.sheet }),
        ...(values.header_row === undefined ? {} : { headerRow: values.header_row }),
        header: values.header ?? true,
        ...numberStyle(values, contradict),
      }
    case 'json':
      return {
        type,
        ...(values.records === undefined ? {} : { records: values.records }),
        ...numberStyle(values, contradict),
      }
    case 'parquet':
      return { type }
  }
}

/** Columns of a file without a header are found by their place. */
export const hasHeader = (format: SourceFormat): boolean => !('header' in format) || format.header

/** By the extension all names agree on; a `.gz` behind it is passed over. */
function typeByName(files: readonly string[]): FormatType {
  const types = new Set(
    files.map((name) => {
      const [, extension = ''] = /\.([a-z]+)$/.exec(name.toLowerCase().replace(/\.gz$/, '')) ?? []
      return Object.hasOwn(EXTENSIONS, extension) ? EXTENSIONS[extension] : undefined
    }),
  )
  const [only] = types
  return types.size === 1 && only !== undefined ? only : 'csv'
}

function refuseForeign(type: FormatType, lines: WrittenFormat['lines'], contradict: Contradict): void {
  for (const key of Object.keys(lines) as (keyof typeof lines)[]) {
    if (key === 'type' || OPTIONS[type].includes(key)) continue
    const owners = FORMAT_TYPES.filter((other) => OPTIONS[other].includes(key))
    const known = OPTIONS[type].length === 0 ? 'it takes none' : `it takes ${listed(OPTIONS[type])}`
    contradict(
      key,
      `\`${key}\` is an option of ${listed(owners)}, and this format is \`${type}\``,
      `remove \`${key}\` (${known}), or write the \`type\` the files have`,
    )
  }
}

function csvFrom(
  values: Values,
  type: 'csv' | 'tsv',
  escapeWritten: boolean,
  contradict: Contradict,
): CsvFormat {
  const tabs = type === 'tsv'
  const quote = values.quote ?? '"'
  const delimiter = values.delimiter ?? (tabs ? '\t' : ',')
  const escaper = values.escape ?? quote
  if (tabs && values.type === 'tsv' && delimiter !== '\t')
    contradict(
      'delimiter',
      '`type: tsv` has a tab for `delimiter`',
      'write `type: csv`, or remove `delimiter`',
    )
  if (delimiter === quote) contradict('quote', '`delimiter` and `quote` are the same character')
  if (delimiter === escaper && escapeWritten)
    contradict('escape', '`delimiter` and `escape` are the same character')
  if (quote === '' && values.escape !== undefined)
    contradict('escape', '`escape` without a `quote` escapes nothing')
  return {
    type: 'csv',
    delimiter,
    quote,
    escape: escaper,
    header: values.header ?? true,
    encoding: values.encoding ?? 'utf-8',
    ...numberStyle(values, contradict),
  }
}

function numberStyle(values: Values, contradict: Contradict): NumberStyle {
  const { decimal = '.', thousands = '' } = values
  if (decimal === thousands)
    contradict(
      'thousands',
      '`decimal` and `thousands` are the same character',
      'say both, for example `decimal: ","` and `thousands: "."`',
    )
  return { decimal, thousands }
}
