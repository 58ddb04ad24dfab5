import { amountOf, amountSql, amountText } from './amount.ts'
import { isMeasure, type Mapping, type Pair } from './mapping.ts'
import type { Ask } from './measure.ts'
import type { Settings } from './settings.ts'
import { quoted } from './tsql/scope.ts'
import type { Column } from './tsql/types.ts'
import { comparable } from './tsql/values.ts'
import type { ColumnPair, Grain, Largest, RowCounts } from './types.ts'

/** The temporary table that holds the view's rows, each with its number `_row`. */
export const LEGACY_ROWS = '"legacy rows"'

export interface Compared {
  readonly rows: RowCounts
  readonly columns: readonly ColumnPair[]
  readonly grain: Grain
  readonly largest: Largest | undefined
}

/** Compares the view's rows with the model's by key, column by column. */
export async function compareRows(
  ask: Ask,
  { model, pairs }: Mapping,
  key: readonly Pair[],
  columns: readonly Column[],
  settings: Settings,
): Promise<Compared> {
  const side = sides(settings, pairs)
  const on = key
    .map((pair) => `${side.legacyKey(pair)} is not distinct from ${side.certifiedKey(pair)}`)
    .join(' and ')
  const joined = `${LEGACY_ROWS} l full join (select true as _is, * from gold.${quoted(model.name)}) c on ${on}`
  const others = pairs.filter((pair) => !key.includes(pair))
  const differs = others.map(side.differs)
  const both = 'l._row is not null and c._is'
  const [row = {}] = await ask(`select
    (select count(*) from ${LEGACY_ROWS}) as legacy,
    (select count(*) from gold.${quoted(model.name)}) as certified,
    count(*) filter (where c._is is null) as only_legacy,
    count(*) filter (where l._row is null) as only_certified,
    count(*) filter (where ${both}) as matched,
    count(*) filter (where ${both} and (${['false', ...differs].join(' or ')})) as different
    ${differs.map((sql, index) => `, count(*) filter (where ${both} and ${sql}) as d${index}`).join('')}
    from ${joined}`)
  const different = (pair: Pair) => (others.includes(pair) ? Number(row[`d${others.indexOf(pair)}`]) : 0)
  return {
    rows: {
      legacy: Number(row.legacy),
      certified: Number(row.certified),
      onlyLegacy: Number(row.only_legacy),
      onlyCertified: Number(row.only_certified),
      matched: Number(row.matched),
      different: Number(row.different),
    },
    columns: pairs.map((pair) => ({
      legacy: pair.legacy.name,
      certified: pair.certified,
      role: key.includes(pair) ? 'key' : isMeasure(pair) ? 'measure' : 'attribute',
      hidden: pair.legacy.hidden,
      different: different(pair),
    })),
    grain: await grainOf(ask, key, columns, side.legacyKey),
    largest: await largestOf(ask, model.name, key, others.filter(isMeasure), side),
  }
}

/** How both sides of a pair are written to be compared. */
function sides(settings: Settings, pairs: readonly Pair[]) {
  const legacyValue = ({ legacy }: Pair): string => {
    const name = Object.keys(settings.values).find(
      (column) => column.toLowerCase() === legacy.name.toLowerCase(),
    )
    const words = Object.entries(settings.values[name ?? ''] ?? {})
    const column = `l.${quoted(legacy.name)}`
    const text = (value: string) => `'${value.replaceAll("'", "''")}'`
    return words.length === 0
      ? column
      : `case ${words.map(([from, to]) => `when tsql_text(cast(${column} as varchar)) = tsql_text(${text(from)}) then ${text(to)}`).join(' ')} else cast(${column} as varchar) end`
  }
  const asText = (sql: string) => comparable(`cast(${sql} as varchar)`, 'text')
  const legacyKey = (pair: Pair) => asText(legacyValue(pair))
  const certifiedKey = (pair: Pair) => asText(`c.${quoted(pair.certified)}`)
  const number = (pair: Pair) =>
    `round(cast(l.${quoted(pair.legacy.name)} as decimal(38,6)), ${scaleOf(pair.type)})`
  return {
    legacyKey,
    certifiedKey,
    differs: (pair: Pair): string =>
      isMeasure(pair)
        ? `(${number(pair)} is distinct from round(cast(c.${quoted(pair.certified)} as decimal(38,6)), ${scaleOf(pair.type)}))`
        : `(${legacyKey(pair)} is distinct from ${certifiedKey(pair)})`,
    pairs,
  }
}

/** Numbers are compared with as many places as the model's column has. */
const scaleOf = (type: string): number =>
  Number(/^DECIMAL\(\d+,\s*(\d+)\)/.exec(type)?.[1] ?? (/INT/.test(type) ? 0 : 6))

async function grainOf(
  ask: Ask,
  key: readonly Pair[],
  columns: readonly Column[],
  keyOf: (pair: Pair) => string,
): Promise<Grain> {
  const others = columns.filter(
    ({ name, type }) =>
      !key.some(({ legacy }) => legacy.name === name) &&
      (type === 'text' || type === 'date' || type === 'bit'),
  )
  const split = others.map(({ name, type }, index) => {
    const value = comparable(`l.${quoted(name)}`, type)
    return `, count(distinct ${value}) + cast(bool_or(${value} is null) as integer) as s${index}`
  })
  const groups = `select count(*) as n${split.join('')} from ${LEGACY_ROWS} l group by ${key.map(keyOf).join(', ')}`
  const [row = {}] = await ask(
    `select count(*) as keys, count(*) filter (where n > 1) as repeated, coalesce(max(n), 0) as most${others.map((_, index) => `, count(*) filter (where s${index} > 1) as s${index}`).join('')} from (${groups}) g`,
  )
  return {
    keys: Number(row.keys),
    repeatedKeys: Number(row.repeated),
    mostRows: Number(row.most),
    splitBy: others
      .map(({ name }, index) => ({ column: name, keys: Number(row[`s${index}`]) }))
      .filter(({ keys }) => keys > 0),
  }
}

const LARGEST = 5

/** By key: the view's rows of a key added up, against the model's row. In the measure whose differences are largest. */
async function largestOf(
  ask: Ask,
  model: string,
  key: readonly Pair[],
  measures: readonly Pair[],
  side: ReturnType<typeof sides>,
): Promise<Largest | undefined> {
  const found: { pair: Pair; size: bigint }[] = []
  const query = (pair: Pair) => differencesSql(model, key, pair, side)
  for (const pair of measures.filter(({ legacy }) => !legacy.hidden)) {
    const [row] = await ask(`select ${amountSql('sum(abs(d))')} as size from (${query(pair)}) x`)
    found.push({ pair, size: amountOf(row?.size) })
  }
  const best = found.reduce<(typeof found)[number] | undefined>(
    (a, b) => (a && a.size >= b.size ? a : b),
    undefined,
  )
  if (!best || best.size === 0n) return undefined
  const names = key.map((_, index) => `k${index}`)
  const rows = await ask(
    `select ${names.join(', ')}, ${amountSql('l')} as l, ${amountSql('c')} as c, ${amountSql('d')} as d, no_l, no_c from (${query(best.pair)}) x where d <> 0 order by abs(x.d) desc, ${names.map((name) => `length(${name}), ${name}`).join(', ')} limit ${LARGEST}`,
  )
  const whole = best.pair.legacy.type === 'int'
  return {
    measure: best.pair.legacy.name,
    rows: rows.map((row) => ({
      key: key.map(({ legacy }, index) => (legacy.hidden ? '(hidden)' : String(row[`k${index}`] ?? 'NULL'))),
      legacy: row.no_l === true ? 'absent' : amountText(amountOf(row.l), whole),
      certified: row.no_c === true ? 'absent' : amountText(amountOf(row.c), whole),
      difference: amountText(amountOf(row.d), whole),
    })),
  }
}

function differencesSql(
  model: string,
  key: readonly Pair[],
  pair: Pair,
  side: ReturnType<typeof sides>,
): string {
  const names = key.map((_, index) => `k${index}`)
  const legacy = `select ${key.map((part, index) => `${side.legacyKey(part)} as k${index}, min(cast(l.${quoted(part.legacy.name)} as varchar)) as s${index}`).join(', ')}, sum(cast(l.${quoted(pair.legacy.name)} as decimal(38,6))) as v from ${LEGACY_ROWS} l group by ${key.map(side.legacyKey).join(', ')}`
  const certified = `select ${key.map((part, index) => `${side.certifiedKey(part)} as k${index}, cast(c.${quoted(part.certified)} as varchar) as s${index}`).join(', ')}, cast(c.${quoted(pair.certified)} as decimal(38,6)) as v from gold.${quoted(model)} c`
  const on = names.map((name) => `a.${name} is not distinct from b.${name}`).join(' and ')
  const shown = names.map((_, index) => `coalesce(b.s${index}, a.s${index}) as k${index}`).join(', ')
  return `select ${shown}, coalesce(a.v, 0) as l, coalesce(b.v, 0) as c, coalesce(a.v, 0) - coalesce(b.v, 0) as d, a.k0 is null and a.v is null as no_l, b.k0 is null and b.v is null as no_c from (${legacy}) a full join (${certified}) b on ${on}`
}
