import type { Column, Model, Table } from './model/types.ts'
import { fieldsOf, has } from './report/shown.ts'
import type { Page } from './report/types.ts'

/** What is wrong with a model or report that no schema sees. */
export interface Finding {
  readonly rule: string
  /** `Sales[Channel]`, `Sales.[Revenue]`, a page and its visual. */
  readonly at: string
  readonly message: string
}

type Rule = (model: Model, pages: readonly Page[]) => readonly Omit<Finding, 'rule'>[]

/** Everything a project must pass before it is written; each rule has a test that breaks it. */
export function lint(model: Model, pages: readonly Page[]): readonly Finding[] {
  return Object.entries(RULES).flatMap(([rule, check]) =>
    check(model, pages).map((found) => ({ rule, ...found })),
  )
}

const eachColumn = (
  { tables }: Model,
  check: (column: Column, table: Table) => string | undefined,
): readonly Omit<Finding, 'rule'>[] =>
  tables.flatMap((table) =>
    table.columns.flatMap((column) => {
      const message = check(column, table)
      return message === undefined ? [] : [{ at: `${table.name}[${column.name}]`, message }]
    }),
  )

const eachMeasure = (
  { tables }: Model,
  check: (measure: Table['measures'][number], table: Table) => string | undefined,
): readonly Omit<Finding, 'rule'>[] =>
  tables.flatMap((table) =>
    table.measures.flatMap((measure) => {
      const message = check(measure, table)
      return message === undefined ? [] : [{ at: `${table.name}.[${measure.name}]`, message }]
    }),
  )

const columnAt = ({ tables }: Model, { table, column }: { table: string; column: string }) =>
  tables.find(({ name }) => name === table)?.columns.find(({ name }) => name === column)

const folded = (name: string): string => name.toLowerCase()

/** Names that stand twice, whatever their case. */
const twice = (names: readonly string[]): readonly string[] =>
  names.filter((name, at) => names.findIndex((other) => folded(other) === folded(name)) < at)

const isDisplayName = (name: string): boolean => name === name.trim() && /^[A-Z]/.test(name)

/** Text of a formula without what stands in quotes. */
const bare = (dax: string): string => dax.replace(/"(?:[^"]|"")*"/g, '""')

export const RULES: Readonly<Record<string, Rule>> = {
  visual_field: (model, pages) =>
    pages.flatMap((page) =>
      [
        ...page.rows.flatMap(({ visuals }) =>
          visuals.flatMap((visual) => fieldsOf(visual).map((field) => [visual.key, field] as const)),
        ),
        ...(page.drillThrough ? [['drill-through', page.drillThrough] as const] : []),
      ]
        .filter(([, field]) => !has(model, field))
        .map(([key, field]) => ({
          at: `${page.key}: ${key}`,
          message: `the model has no ${field.kind} ${field.table}[${field.name}]`,
        })),
    ),
  visual_key: (_, pages) =>
    pages.flatMap((page) =>
      twice(page.rows.flatMap(({ visuals }) => visuals.map(({ key }) => key))).map((key) => ({
        at: page.key,
        message: `two visuals are the same: ${key}`,
      })),
    ),
  alt_text: (_, pages) =>
    pages.flatMap((page) =>
      page.rows
        .flatMap(({ visuals }) => visuals)
        .filter(({ alt }) => alt.trim() === '')
        .map(({ key }) => ({ at: `${page.key}: ${key}`, message: 'nothing for a screen reader' })),
    ),
  duplicate_table: ({ tables }) =>
    twice(tables.map(({ name }) => name)).map((at) => ({ at, message: 'a table of that name is there' })),
  duplicate_measure: ({ tables }) =>
    twice(tables.flatMap(({ measures }) => measures.map(({ name }) => name))).map((at) => ({
      at,
      message: 'a measure of that name is there',
    })),
  duplicate_column: ({ tables }) =>
    tables.flatMap(({ name, columns, hierarchies, measures }) =>
      twice([
        ...columns.map((column) => column.name),
        ...hierarchies.map((one) => one.name),
        ...measures.map((one) => one.name),
      ]).map((twin) => ({
        at: `${name}[${twin}]`,
        message: 'a column, hierarchy or measure of that name is in the table',
      })),
    ),
  relationship_ends: (model) =>
    model.relationships.flatMap(({ from, to }) => {
      const [many, one] = [columnAt(model, from), columnAt(model, to)]
      const at = `${from.table}[${from.column}] -> ${to.table}[${to.column}]`
      if (!many || !one) return [{ at, message: 'an end is not there' }]
      if (many.dataType !== one.dataType)
        return [{ at, message: `${many.dataType} does not meet ${one.dataType}` }]
      return one.isKey ? [] : [{ at, message: 'the one side is no key' }]
    }),
  relationship_twice: ({ relationships }) => {
    const active = relationships.filter(({ isActive }) => isActive)
    return twice(active.map(({ from, to }) => `${from.table} -> ${to.table}`)).map((at) => ({
      at,
      message: 'two active relationships between two tables',
    }))
  },
  ambiguous_path: (model) =>
    model.tables.flatMap(({ name }) =>
      twice(pathsFrom(model, name)).map((to) => ({
        at: `${name} -> ${to}`,
        message: 'filters can take two ways',
      })),
    ),
  star_schema: ({ tables, relationships }) =>
    tables
      .filter(
        ({ name, isDate }) =>
          !isDate && !relationships.some(({ from, to }) => from.table === name || to.table === name),
      )
      .map(({ name }) => ({ at: name, message: 'nothing is related to it' })),
  date_table: ({ tables }) => {
    const dates = tables.filter(({ isDate }) => isDate)
    const [date] = dates
    const key = date?.columns.find(({ isKey }) => isKey)
    return dates.length === 1 && key?.dataType === 'dateTime'
      ? []
      : [{ at: date?.name ?? 'model', message: 'one table is marked as the date table, its key a day' }]
  },
  sort_column: (model) =>
    eachColumn(model, ({ name, sortBy }, table) => {
      if (sortBy === undefined)
        return /^(month|weekday|quarter)/i.test(name) && columnIsText(table, name)
          ? 'a name of the calendar is sorted by its letters'
          : undefined
      return table.columns.some((one) => one.name === sortBy) ? undefined : `there is no ${sortBy}`
    }),
  key_hidden: (model) =>
    model.relationships.flatMap(({ from, to }) =>
      [from, to].flatMap((place) => {
        const column = columnAt(model, place)
        const shown = column && !column.isHidden && column.dataType === 'string'
        return shown ? [{ at: `${place.table}[${place.column}]`, message: 'a key is shown' }] : []
      }),
    ),
  described: (model) => [
    ...model.tables
      .filter(({ description }) => description.trim() === '')
      .map(({ name }) => ({ at: name, message: 'nothing is said of it' })),
    ...eachColumn(model, ({ description }) =>
      description.trim() === '' ? 'nothing is said of it' : undefined,
    ),
    ...eachMeasure(model, ({ description }) =>
      description.trim() === '' ? 'nothing is said of it' : undefined,
    ),
  ],
  one_line: (model) => [
    ...eachColumn(model, ({ description }) => (description.includes('\n') ? 'two lines' : undefined)),
    ...eachMeasure(model, ({ description }) => (description.includes('\n') ? 'two lines' : undefined)),
  ],
  formatted: (model) => [
    ...eachMeasure(model, ({ formatString, folder }) =>
      formatString === '' || folder === '' ? 'no format or no folder' : undefined,
    ),
    ...eachColumn(model, ({ dataType, formatString, isHidden }) =>
      !isHidden && ['int64', 'decimal', 'double', 'dateTime'].includes(dataType) && !formatString
        ? 'no format'
        : undefined,
    ),
  ],
  named: (model) => [
    ...eachColumn(model, ({ name, isHidden }) =>
      isHidden || isDisplayName(name) ? undefined : 'no capital, or spaces around it',
    ),
    ...eachMeasure(model, ({ name }) =>
      isDisplayName(name) ? undefined : 'no capital, or spaces around it',
    ),
  ],
  no_floats: (model) =>
    eachColumn(model, ({ dataType }) => (dataType === 'double' ? 'floating point' : undefined)),
  qualified: (model) =>
    eachMeasure(model, ({ dax }) => {
      const names = model.tables.flatMap(({ measures }) => measures.map(({ name }) => `[${name}]`))
      const alone = [...bare(dax).matchAll(/(^|[^'])(\[[^\]]*\])/g)].map((found) => found[2] ?? '')
      const column = alone.find((name) => !names.includes(name))
      return column ? `${column} is no measure, and columns need their table` : undefined
    }),
  divided: (model) =>
    eachMeasure(model, ({ dax }) =>
      bare(dax)
        .replace(/'[^']*'(\[[^\]]*\])?|\[[^\]]*\]/g, '')
        .includes('/')
        ? 'DIVIDE, not /'
        : undefined,
    ),
  direct_query: (model) =>
    model.mode === 'import'
      ? []
      : eachMeasure(model, ({ dax }) =>
          /\b(DATEADD|SAMEPERIODLASTYEAR|DATESYTD|TOTALYTD|PARALLELPERIOD)\b/.test(bare(dax))
            ? 'time intelligence in DirectQuery'
            : undefined,
        ),
  categorised: (model) =>
    eachColumn(model, ({ source, dataCategory, isHidden }) =>
      (source === 'city' || source === 'state') && !isHidden && dataCategory === undefined
        ? 'a place without its category'
        : undefined,
    ),
}

const columnIsText = ({ columns }: Table, name: string): boolean =>
  columns.some((column) => column.name === name && column.dataType === 'string')

/** Every table a table's rows lead to, once for each way. */
function pathsFrom(model: Model, table: string): readonly string[] {
  return model.relationships
    .filter(({ from, isActive }) => isActive && from.table === table)
    .flatMap(({ to }) => [to.table, ...pathsFrom(model, to.table)])
}
