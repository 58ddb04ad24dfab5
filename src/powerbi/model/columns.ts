import { dimensions } from '../../model/semantic/dimensions.ts'
import { aggregatesOf, type Condition, type Expression } from '../../model/semantic/expression.ts'
import { type FactName, facts, type ThingName, things } from '../../model/semantic/facts.ts'
import type { Measure } from '../../model/semantic/measure.ts'
import type { SqlType } from '../../sql/types.ts'
import { titled } from '../names.ts'
import { DATE_TABLE, type Layout, layoutOf } from './layout.ts'
import type { Column, DataType, GoldColumn, ModelWish } from './types.ts'

/** The columns of a table as they are read from its source. */
export function readColumns(
  layout: Layout,
  wish: ModelWish,
  measures: readonly Measure[],
): readonly Column[] {
  const needed = layout.isLean ? neededOf(layout, measures) : undefined
  return goldColumns(layout, wish)
    .filter(({ name }) => needed?.has(name) ?? true)
    .filter(({ name }) => !layout.without?.includes(name))
    .filter((column) => wish.withPersonal || !isPersonal(column) || isKeyLike(layout, column.name))
    .map((column) => columnOf(layout, column, wish))
}

/** What gold has, and for rows that a SELECT makes what that adds. */
function goldColumns({ gold, facts: names = [] }: Layout, wish: ModelWish): readonly GoldColumn[] {
  const own = wish.gold.find(({ name }) => name === gold)?.columns ?? []
  const made = names.flatMap((name) => (wish.hasMade ? madeColumns(name) : []))
  return [...own.filter(({ name }) => !made.some((one) => one.name === name)), ...made]
}

const MADE: Readonly<Record<string, readonly [SqlType, description: string]>> = {
  seconds_since_contact: [
    { kind: 'integer', bits: 64 },
    'Seconds since the contact of the customer before this one',
  ],
  first_day: [{ kind: 'date' }, 'Day of the first counted sale'],
  cohort_month: [{ kind: 'date' }, 'Month of the first counted sale'],
  months_since: [{ kind: 'integer', bits: 32 }, 'Calendar months since the first counted sale, 0 = its own'],
  is_retained: [{ kind: 'boolean' }, 'Bought in that month'],
}

const madeColumns = (fact: FactName): readonly GoldColumn[] =>
  (facts[fact].made ?? []).flatMap((name) => {
    const known = MADE[name]
    return known ? [{ name, type: known[0], description: known[1], pii: 'none' as const }] : []
  })

const isPersonal = ({ pii }: GoldColumn): boolean => pii === 'direct' || pii === 'employee'

/** Columns that tables are held together by. */
function isKeyLike({ thing, facts: names = [], gold }: Layout, column: string): boolean {
  if (thing && things[thing].key === column) return true
  if (gold === 'agent_performance') return column === things.agent.key
  return [
    ...(thing ? Object.values(things[thing].refers) : []),
    ...names.flatMap((name) => Object.values(facts[name].refers)),
  ].includes(column)
}

/** What the measures, relationships and dimensions of a fact read. */
function neededOf({ facts: names = [] }: Layout, measures: readonly Measure[]): ReadonlySet<string> {
  const used = measures.flatMap(({ expression }) => columnsUsed(expression))
  return new Set(
    names.flatMap((name) => [
      ...used.filter(([fact]) => fact === name).map(([, column]) => column),
      ...Object.values(facts[name].refers),
      ...(facts[name].date === undefined ? [] : [facts[name].date]),
      ...dimensions
        .filter((one) => one.name !== 'weekday')
        .flatMap(({ own }) => {
          const at = own?.[name]
          return at ? [at.column, ...(at.ranges?.without ? [at.ranges.without.column] : [])] : []
        }),
    ]),
  )
}

/** Every column an expression reads, with its fact. */
export function columnsUsed(expression: Expression): readonly (readonly [FactName, string])[] {
  return aggregatesOf(expression).flatMap((one) => [
    ...('column' in one ? [[one.fact, one.column] as const] : []),
    ...('per' in one ? [[one.fact, one.per] as const] : []),
    ...('having' in one ? columnsUsed(one.having) : []),
    ...columnsIn(one.where).map((column) => [one.fact, column] as const),
  ])
}

const columnsIn = (condition: Condition | undefined): readonly string[] => {
  if (!condition) return []
  return 'all' in condition ? condition.all.flatMap(columnsIn) : [condition.column]
}

const CATEGORY: Readonly<Record<string, string>> = {
  city: 'City',
  state: 'StateOrProvince',
  address: 'Address',
}

function columnOf(layout: Layout, column: GoldColumn, wish: ModelWish): Column {
  const { name, type, description } = column
  const isHidden = hides(layout, name)
  const dataType = dataTypeOf(type)
  const isKey = isKeyOf(layout, name)
  const format = formatOf(type)
  return {
    name: nameInLayout(layout, name),
    description: described(description === '' ? titled(name) : description),
    dataType,
    isHidden,
    ...(isKey ? { isKey } : {}),
    ...(format === undefined ? {} : { formatString: isMoney(name, type) ? money(wish.currency) : format }),
    ...(CATEGORY[name] === undefined || dataType !== 'string' ? {} : { dataCategory: CATEGORY[name] }),
    ...(layout.name === DATE_TABLE && name === 'day_of_week' ? { sortBy: 'Weekday number' } : {}),
    source: name,
  }
}

export const described = (text: string): string => text.replace(/\s+/g, ' ').trim()

const isKeyOf = (layout: Layout, column: string): boolean =>
  layout.name === DATE_TABLE
    ? column === 'date'
    : layout.thing !== undefined
      ? things[layout.thing].key === column
      : layout.gold === 'agent_performance' && column === things.agent.key

function hides(layout: Layout, column: string): boolean {
  if (layout.name === DATE_TABLE && column === 'date') return false
  if (isKeyLike(layout, column) || layout.hidden?.includes(column)) return true
  return layout.isLean === true && dimensionLabel(layout, column) === undefined
}

/** The name a dimension has for a column of a fact. */
function dimensionLabel({ facts: names = [] }: Layout, column: string): string | undefined {
  return dimensions.find(({ own }) =>
    names.some((name) => own?.[name]?.column === column && own[name]?.ranges === undefined),
  )?.label
}

function thingLabel(thing: ThingName, column: string): string | undefined {
  return dimensions.find(({ of }) => of?.thing === thing && of.column === column)?.label
}

const labelOf = (layout: Layout, column: string): string =>
  layout.labels?.[column] ??
  dimensionLabel(layout, column) ??
  (layout.thing ? thingLabel(layout.thing, column) : undefined) ??
  titled(column)

/** What a column of a fact is called in its table. */
export const nameInTable = (fact: FactName, column: string): string => nameInLayout(layoutOf(fact), column)

/** What a column of gold is called in a table: hidden ones keep gold's own name, unless that would be another's. */
export const nameInLayout = (layout: Layout, column: string): string =>
  hides(layout, column) ? (layout.labels?.[column] ?? column) : labelOf(layout, column)

export function dataTypeOf(type: SqlType): DataType {
  switch (type.kind) {
    case 'integer':
      return 'int64'
    case 'decimal':
      return 'decimal'
    case 'double':
      return 'double'
    case 'boolean':
      return 'boolean'
    case 'date':
    case 'timestamp':
      return 'dateTime'
    default:
      return 'string'
  }
}

/** Rates have a precision of 5 in gold, amounts one of 18. */
const isMoney = (name: string, type: SqlType): boolean =>
  type.kind === 'decimal' && type.precision > 9 && !/hours|seconds|page_views/.test(name)

function formatOf(type: SqlType): string | undefined {
  switch (type.kind) {
    case 'integer':
      return '0'
    case 'decimal':
    case 'double':
      return '#,0.00'
    case 'date':
      return 'yyyy-mm-dd'
    case 'timestamp':
      return 'yyyy-mm-dd hh:nn:ss'
    default:
      return undefined
  }
}

/** An amount in the project's currency: its sign in front, and as many places as it has. */
export function money(currency: string): string {
  const parts = new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay: 'narrowSymbol' })
  const sign = parts.formatToParts(0).find(({ type }) => type === 'currency')?.value ?? currency
  const places = parts.resolvedOptions().maximumFractionDigits ?? 2
  const number = places === 0 ? '#,0' : `#,0.${'0'.repeat(places)}`
  const quoted = `"${sign}"${/[A-Za-z]$/.test(sign) ? ' ' : ''}`
  return `${quoted}${number};-${quoted}${number}`
}
