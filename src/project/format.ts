import type { WrittenContract } from './contract-shape.ts'
import { reject } from './shape.ts'
import type { CsvFormat } from './types.ts'
import type { YamlFile } from './yaml.ts'

/** The file format with its defaults; contradictions are reported. */
export function formatFrom(
  { values: contract, lines: keys, line }: WrittenContract,
  file: YamlFile,
): CsvFormat {
  const { values = {}, lines = {} } = contract.format ?? {}
  const tabs = values.type === 'tsv'
  const quote = values.quote ?? '"'
  const format: CsvFormat = {
    type: 'csv',
    delimiter: values.delimiter ?? (tabs ? '\t' : ','),
    quote,
    escape: values.escape ?? quote,
    header: values.header ?? true,
    encoding: values.encoding ?? 'utf-8',
    decimal: values.decimal ?? '.',
    thousands: values.thousands ?? '',
  }
  const contradict = (key: keyof typeof lines, message: string, hint?: string) =>
    reject({ file, label: 'format', line: lines[key] ?? keys.format ?? line }, 'bad_format', message, hint)
  if (tabs && format.delimiter !== '\t')
    contradict(
      'delimiter',
      '`type: tsv` has a tab for `delimiter`',
      'write `type: csv`, or remove `delimiter`',
    )
  if (format.delimiter === quote) contradict('quote', '`delimiter` and `quote` are the same character')
  if (format.delimiter === format.escape && lines.escape !== undefined)
    contradict('escape', '`delimiter` and `escape` are the same character')
  if (quote === '' && values.escape !== undefined)
    contradict('escape', '`escape` without a `quote` escapes nothing')
  if (format.decimal === format.thousands)
    contradict(
      'thousands',
      '`decimal` and `thousands` are the same character',
      'say both, for example `decimal: ","` and `thousands: "."`',
    )
  return format
}
