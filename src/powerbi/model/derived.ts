import { dimensions, type Ranges } from '../../model/semantic/dimensions.ts'
import { type FactName, things } from '../../model/semantic/facts.ts'
import { titled } from '../names.ts'
import { nameInLayout, nameInTable } from './columns.ts'
import { daxText, quotedColumn } from './dax.ts'
import { AGENT_RATES, DATE_COLUMN, DATE_TABLE, type Layout } from './layout.ts'
import type { Column, DataType } from './types.ts'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Columns computed from their own row alone, so that DirectQuery can have them too. */
export function derivedColumns(layout: Layout, read: readonly Column[]): readonly Column[] {
  if (layout.name === DATE_TABLE) return dateColumns()
  if (layout.name === AGENT_RATES) return [...tierColumns(layout)]
  return [...labelColumn(layout, read), ...(layout.facts ?? []).flatMap((fact) => rangeColumns(fact))]
}

const computed = (
  name: string,
  description: string,
  dataType: DataType,
  dax: string,
  more: Partial<Column> = {},
): Column => ({
  name,
  description,
  dataType,
  isHidden: false,
  dax,
  ...(dataType === 'int64' ? { formatString: '0' } : {}),
  ...(dataType === 'dateTime' ? { formatString: 'yyyy-mm-dd' } : {}),
  ...more,
})

function dateColumns(): readonly Column[] {
  const of = (name: string) => quotedColumn(DATE_TABLE, name)
  const month = `SWITCH(${of('Month number')}, ${MONTHS.map((name, at) => `${at + 1}, ${daxText(name)}`).join(', ')})`
  const hidden = { isHidden: true }
  return [
    computed('Month', 'Month of a year, such as Mar 2025', 'string', `${month} & " " & ${of('Year')}`, {
      sortBy: 'Month index',
    }),
    computed(
      'Month index',
      'Sorts the months of all years',
      'int64',
      `${of('Year')} * 100 + ${of('Month number')}`,
      hidden,
    ),
    computed('Month of year', 'Month whatever the year, such as Mar', 'string', month, {
      sortBy: 'Month number',
    }),
    computed(
      'Quarter',
      'Quarter of a year, such as Q1 2025',
      'string',
      `"Q" & ${of('Quarter number')} & " " & ${of('Year')}`,
      { sortBy: 'Quarter index' },
    ),
    computed(
      'Quarter index',
      'Sorts the quarters of all years',
      'int64',
      `${of('Year')} * 10 + ${of('Quarter number')}`,
      hidden,
    ),
    computed(
      'Week',
      'Monday of the ISO week',
      'dateTime',
      `${of(DATE_COLUMN)} - ${of('Weekday number')} + 1`,
    ),
  ]
}

/** What a screen writes for a key: the name with the key behind it, as names are not unique. */
function labelColumn(layout: Layout, read: readonly Column[]): readonly Column[] {
  if (layout.thing === undefined || layout.thing === 'account') return []
  const { key, label } = things[layout.thing]
  const id = quotedColumn(layout.name, key)
  const named = read.find(({ source }) => source === label)
  const name = quotedColumn(layout.name, nameInLayout(layout, label))
  const dax = named ? `IF(ISBLANK(${name}), ${id}, ${name} & " (" & ${id} & ")")` : id
  const what = named ? 'by name and id, as names are not unique' : 'by id: the export has no personal columns'
  return [
    computed(layout.name, `The ${layout.name.toLowerCase()}, ${what}`, 'string', dax, { isLabel: true }),
  ]
}

/** Ranges of a number as a text, and what sorts them. */
function rangeColumns(fact: FactName): readonly Column[] {
  return dimensions.flatMap((dimension) => {
    const own = dimension.own?.[fact]
    if (!own?.ranges) return []
    const table = tableNameOf(fact)
    const of = (column: string) => quotedColumn(table, nameInTable(fact, column))
    const name = titled(dimension.name)
    return [
      computed(name, dimension.description, 'string', rangesDax(own.ranges, own.column, of, daxText), {
        sortBy: `${name} rank`,
      }),
      computed(
        `${name} rank`,
        `Sorts ${name.toLowerCase()}`,
        'int64',
        rangesDax(own.ranges, own.column, of, ranking(own.ranges)),
        { isHidden: true },
      ),
    ]
  })
}

const tableNameOf = (fact: FactName): string => (fact === 'interactions' ? 'Contacts' : 'Sales')

/** Each name by its place, those of rows without a number last. */
function ranking({ below, otherwise, without }: Ranges): (name: string) => string {
  const names = [...below.map(({ name }) => name), otherwise, ...(without ? [without.yes, without.no] : [])]
  return (name) => String(names.indexOf(name) + 1)
}

function rangesDax(
  { below, otherwise, without }: Ranges,
  column: string,
  of: (column: string) => string,
  word: (name: string) => string,
): string {
  const value = of(column)
  const unknown = without
    ? [`${of(without.column)} == FALSE(), ${word(without.no)}`, `ISBLANK(${value}), ${word(without.yes)}`]
    : [`ISBLANK(${value}), BLANK()`]
  const cases = [...unknown, ...below.map((limit) => `${value} < ${limit.value}, ${word(limit.name)}`)]
  return ['SWITCH(', '\tTRUE(),', ...cases.map((one) => `\t${one},`), `\t${word(otherwise)}`, ')'].join('\n')
}

/** The tiers of the reference report. */
const TIERS = [
  { below: 85, name: 'Below 85 %' },
  { below: 95, name: '85 to 95 %' },
] as const

function tierColumns(layout: Layout): readonly Column[] {
  const rate = quotedColumn(layout.name, nameInLayout(layout, 'resolution_success_rate'))
  const dax = (word: (name: string, at: number) => string) =>
    [
      'SWITCH(',
      '\tTRUE(),',
      `\tISBLANK(${rate}), ${word('No contacts', 4)},`,
      ...TIERS.map(({ below, name }, at) => `\t${rate} < ${below}, ${word(name, at + 1)},`),
      `\t${word('95 to 100 %', 3)}`,
      ')',
    ].join('\n')
  return [
    computed(
      'Resolution tier',
      'Share of the agent’s contacts that were resolved: below 85 %, 85 to below 95 %, 95 to 100 %, or no contacts; as of the version',
      'string',
      dax((name) => daxText(name)),
      { sortBy: 'Resolution tier rank' },
    ),
    computed(
      'Resolution tier rank',
      'Sorts the tiers',
      'int64',
      dax((_, at) => String(at)),
      { isHidden: true },
    ),
  ]
}
