import type { Bringing, EngineField, EngineFile, EngineFiles, FileFormat, Stretch } from '../files.ts'
import { csvGoesOn, csvHead, csvLines, csvRows, openLine } from './files-csv.ts'
import { parquetHead, parquetRows, parquetText } from './files-parquet.ts'
import { ident, literal } from './literals.ts'

/**
 * Landing files read by Spark itself. Every record has the number of its task and its place in it (monotonically_increasing_id);
 * a first look at the file says how many records come before each stretch, and that makes row numbers of it.
 */
export const sparkFiles = (landingUrl: string): EngineFiles => ({
  landingUrl: landingUrl.replace(/\/+$/, ''),
  refuses,
  head: (file) => (isCsv(file) ? csvHead(file) : parquetHead(file)),
  scan,
  goesOn: (file, fields) => (isCsv(file) ? csvGoesOn(file, fields.length) : 'select 0 as n'),
  bring,
})

const ENCODINGS = ['utf-8', 'latin-1']

function refuses(format: FileFormat): string | undefined {
  switch (format.type) {
    case 'parquet':
      return undefined
    case 'xlsx':
      return 'it reads no workbooks'
    case 'json':
      return 'it reads no JSON: objects are flattened by the runner'
    case 'csv':
      return ENCODINGS.includes(format.encoding)
        ? undefined
        : `it reads CSV in ${ENCODINGS.join(' and ')} only, and this is ${format.encoding}`
  }
}

/** Place of a record within its task, without the task's number above it. */
const PLACE = 'i & 8589934591'

function scan(file: EngineFile, fields: readonly EngineField[]): string {
  const csv = isCsv(file)
  const rows = csv ? csvLines(file, fields.length) : parquetRows(file, fields)
  const text = csv ? 'value' : parquetText(fields)
  const open = csv ? `count_if(${openLine(file.format, 'line')})` : '0'
  const hash = `concat(hex(bit_xor(xxhash64(${text}, ${PLACE}))), hex(bit_xor(xxhash64('c360', ${text}, ${PLACE}))))`
  return `select b as block, min(i) as first, count(*) as records, ${open} as open, ${hash} as hash from (${rows}) group by b order by b`
}

function bring(
  file: EngineFile,
  fields: readonly EngineField[],
  stretches: readonly Stretch[],
  { table, columns, delivery, path, runId, loadedAt }: Bringing,
): string {
  const names = [
    ...columns,
    '_raw_record',
    '_raw_error',
    '_source_file',
    '_row_number',
    '_delivery',
    '_run_id',
    '_loaded_at',
  ]
  const beside = [
    `${literal(path)} as _source_file, n as _row_number, cast(${delivery} as bigint) as _delivery`,
    `${literal(runId)} as _run_id, cast(${literal(loadedAt)} as timestamp) as _loaded_at`,
  ].join(', ')
  const number = numberOf(stretches, isCsv(file) && file.format.header)
  const rows = isCsv(file)
    ? csvRows(file, fields, number, beside)
    : `select ${fields.map((_, index) => `f${index}`).join(', ')}, cast(null as string) as _raw_record, cast(null as string) as _raw_error, ${beside} from (select *, ${number} as n from (${parquetRows(file, fields)}))`
  return `insert into ${table} (${names.map(ident).join(', ')}) ${rows}`
}

/** Row number of a record: those of the stretches before its own, and its place there. A stretch that was not there at the first look gives NULL. */
function numberOf(stretches: readonly Stretch[], header: boolean): string {
  let before = header ? 0 : 1
  const branches = [...stretches]
    .sort((a, b) => a.block - b.block)
    .map(({ block, first, records }) => {
      const branch = `when ${block} then i + ${before - first}`
      before += records
      return branch
    })
  return branches.length === 0 ? 'cast(null as bigint)' : `case b ${branches.join(' ')} end`
}

type CsvFile = EngineFile & { readonly format: { readonly type: 'csv' } & FileFormat }

const isCsv = (file: EngineFile): file is CsvFile => file.format.type === 'csv'
