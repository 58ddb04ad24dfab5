// SQL of one source: CSV -> Parquet of texts -> typed rows with reasons -> quarantine, and one row per key.

const quoted = (values) => values.map((value) => `'${value}'`).join(', ')

/** A FROM item over a landing file: every field as text. */
export function readCsv({ columns }, csv) {
  const types = columns.map(({ name }) => `'${name}': 'VARCHAR'`).join(', ')
  return [
    `read_csv('${csv}', auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', new_line = '\\n',`,
    `columns = {${types}}, force_not_null = [${quoted(columns.map(({ name }) => name))}])`,
  ].join(' ')
}

/** The file as Parquet, with the row's number and the file's name. */
export function toBronze(source, csv, delivery, parquet) {
  const file = csv.slice(csv.lastIndexOf('/') + 1)
  return `copy (select *, '${file}' as _source_file, row_number() over () as _row_number, cast(${delivery} as bigint) as _delivery
    from ${readCsv(source, csv)}) to '${parquet}' (format parquet, compression zstd)`
}

/** Typed rows; `_reasons` is NULL for good ones, and only bad ones carry their raw texts. */
export function typedRows({ columns, more = {}, orphan }, parquet, from = `read_parquet('${parquet}')`) {
  const texts = columns.map(({ text }, i) => `${text} as t${i}`)
  const values = columns.map(({ value }, i) => `${value(`t${i}`)} as v${i}`)
  const extra = Object.entries(more).map(([field, sql]) => `${sql} as ${field}`)
  const reasons = columns.flatMap((column, i) => (column.checks.length > 0 ? [reasonOf(column, i)] : []))
  const parented = columns.findIndex(({ field }) => field === orphan?.field)
  if (orphan) reasons.push(orphanReason(orphan, parented))
  const raw = columns.map(({ name }) => `'${name}', ${name}`).join(', ')
  return `select ${[...columns.map(({ field }, i) => `v${i} as ${field}`), ...extra].join(', ')}, _source_file, _row_number, _delivery,
      case when _codes <> '' then '[' || _codes || ']' end as _reasons,
      case when _codes <> '' then cast(json_object(${raw}) as varchar) end as _raw
    from (select *, concat_ws(',', ${reasons.join(', ')}) as _codes
      from (select *, ${values.join(', ')} from (select *, ${texts.join(', ')} from ${from})))`
}

const reason = (column, word) => `'{"column":"${column}","reason":"${word}"}'`

function reasonOf({ name, checks }, i) {
  const branches = checks.map(([bad, word]) => `when ${bad(`t${i}`, `v${i}`)} then ${reason(name, word)}`)
  return `case ${branches.join(' ')} end`
}

const orphanReason = ({ column, field, parent }, i) =>
  `case when v${i} is not null and v${i} not in (select ${field} from ${parent}) then ${reason(column, 'orphan')} end`

export const quarantine = ({ name }, table) => [
  `insert into silver.quarantine select '${name}', _source_file, _row_number, _reasons, _raw from ${table} where _reasons is not null`,
  `delete from ${table} where _reasons is not null`,
]

const newestFirst = ({ order }) =>
  `${order ? `${order} desc nulls last, ` : ''}_delivery desc, _row_number desc`

/** Newest wins: only keys that occur twice are ranked, and a hash tells which those are. */
export function newestOnly(source, table) {
  const key = source.key.join(', ')
  const hash = `hash(${key})`
  return [
    `create or replace temp table losers as
      select _delivery, _row_number from (
        select _delivery, _row_number, row_number() over (partition by ${key} order by ${newestFirst(source)}) as place
        from ${table} where ${hash} in (select ${hash} from ${table} group by ${hash} having count(*) > 1))
      where place > 1`,
    `delete from ${table} t using losers l where t._delivery = l._delivery and t._row_number = l._row_number`,
  ]
}

export const fullLoad = (source, parquet) => [
  `create or replace table silver.${source.name} as ${typedRows(source, parquet)}`,
  ...quarantine(source, `silver.${source.name}`),
  ...newestOnly(source, `silver.${source.name}`),
  ...['_reasons', '_raw'].map((column) => `alter table silver.${source.name} drop column ${column}`),
]

/** Delete and insert: rows that lose against what silver holds are dropped, what they beat is deleted. */
export function increment(source, parquet) {
  const { name, key, order } = source
  const same = key.map((column) => `s.${column} = n.${column}`).join(' and ')
  const older = order ? `(s.${order} <= n.${order})` : 'true'
  return [
    `create or replace temp table fresh as ${typedRows(source, parquet)}`,
    ...quarantine(source, 'fresh'),
    ...newestOnly(source, 'fresh'),
    `delete from fresh n using silver.${name} s where ${same} and not ${older}`,
    `delete from silver.${name} s using fresh n where ${same}`,
    `insert into silver.${name} by name select * exclude (_reasons, _raw) from fresh`,
  ]
}
