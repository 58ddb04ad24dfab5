import { expect, test } from 'vitest'
import { lint, RULES } from '../../src/powerbi/lint.ts'
import type { Column, Model, Table } from '../../src/powerbi/model/types.ts'
import type { Page } from '../../src/powerbi/report/types.ts'

const column = (name: string, more: Partial<Column> = {}): Column => ({
  name,
  description: 'Said',
  dataType: 'string',
  isHidden: false,
  source: name.toLowerCase(),
  ...more,
})

const table = (name: string, columns: readonly Column[], more: Partial<Table> = {}): Table => ({
  name,
  description: 'Said',
  gold: name.toLowerCase(),
  columns,
  measures: [],
  hierarchies: [],
  ...more,
})

const day = { dataType: 'dateTime', formatString: 'yyyy-mm-dd' } as const
const measure = {
  name: 'Revenue',
  description: 'Said',
  dax: "SUM('Sales'[amount])",
  formatString: '0',
  folder: 'Amounts',
}

const sales = table(
  'Sales',
  [
    column('shop_id', { isHidden: true }),
    column('local_date', { ...day, isHidden: true }),
    column('amount', { isHidden: true, dataType: 'decimal' }),
    column('Channel'),
  ],
  { measures: [measure] },
)
const shop = table('Shop', [
  column('shop_id', { isHidden: true, isKey: true }),
  column('City', { dataCategory: 'City' }),
])
const date = table(
  'Date',
  [
    column('Date', { ...day, isKey: true }),
    column('Month', { sortBy: 'Month number' }),
    column('Month number', { dataType: 'int64', isHidden: true }),
  ],
  { isDate: true },
)

const link = (from: string, to: string, isActive = true) => {
  const place = (text: string) => ({ table: text.split('.')[0] ?? '', column: text.split('.')[1] ?? '' })
  return { from: place(from), to: place(to), isActive }
}

const model: Model = {
  name: 'test',
  mode: 'import',
  tables: [sales, shop, date],
  relationships: [link('Sales.shop_id', 'Shop.shop_id'), link('Sales.local_date', 'Date.Date')],
  leftOut: [],
}

const page: Page = {
  key: 'page',
  title: 'Page',
  rows: [
    {
      height: 10,
      visuals: [
        {
          key: 'card',
          type: 'cardVisual',
          title: 'Revenue',
          alt: 'Said',
          roles: { Data: [{ table: 'Sales', name: 'Revenue', kind: 'measure' }] },
          share: 1,
        },
      ],
    },
  ],
}

const withTable = (changed: Table): Model => ({
  ...model,
  tables: model.tables.map((one) => (one.name === changed.name ? changed : one)),
})
const withMeasure = (more: Partial<typeof measure>): Model =>
  withTable({ ...sales, measures: [{ ...measure, ...more }] })
const withColumn = (more: Column): Model => withTable({ ...shop, columns: [...shop.columns, more] })
const linked = (...more: Model['relationships']): Model => ({
  ...model,
  relationships: [...model.relationships, ...more],
})
const visuals = (change: (visual: Page['rows'][number]['visuals'][number]) => object): Page => ({
  ...page,
  rows: page.rows.map((row) => ({ ...row, visuals: row.visuals.map((one) => ({ ...one, ...change(one) })) })),
})

/** For each rule a project that breaks it. */
const BROKEN: Readonly<Record<string, readonly [Model, Page]>> = {
  visual_field: [
    model,
    visuals(() => ({ roles: { Data: [{ table: 'Sales', name: 'Nobody', kind: 'measure' }] } })),
  ],
  visual_key: [model, { ...page, rows: [...page.rows, ...page.rows] }],
  alt_text: [model, visuals(() => ({ alt: ' ' }))],
  duplicate_table: [{ ...model, tables: [...model.tables, { ...shop, name: 'SHOP' }] }, page],
  duplicate_measure: [withTable({ ...shop, measures: [{ ...measure, name: 'revenue' }] }), page],
  duplicate_column: [withMeasure({ name: 'channel' }), page],
  relationship_ends: [linked(link('Sales.amount', 'Date.Date', false)), page],
  relationship_twice: [linked(link('Sales.Channel', 'Shop.shop_id')), page],
  ambiguous_path: [linked(link('Shop.City', 'Date.Date')), page],
  star_schema: [{ ...model, tables: [...model.tables, { ...shop, name: 'Alone' }] }, page],
  date_table: [withTable({ ...date, isDate: false }), page],
  sort_column: [
    withTable({ ...date, columns: [column('Date', { ...day, isKey: true }), column('Month')] }),
    page,
  ],
  key_hidden: [
    withTable({ ...shop, columns: [column('shop_id', { isKey: true }), ...shop.columns.slice(1)] }),
    page,
  ],
  described: [withMeasure({ description: '' }), page],
  one_line: [withMeasure({ description: 'a\nb' }), page],
  formatted: [withMeasure({ formatString: '' }), page],
  named: [withMeasure({ name: ' revenue' }), page],
  no_floats: [withColumn(column('Size', { dataType: 'double', formatString: '0' })), page],
  qualified: [withMeasure({ dax: 'SUM([amount])' }), page],
  divided: [withMeasure({ dax: "SUM('Sales'[amount]) / 2" }), page],
  direct_query: [
    { ...withMeasure({ dax: "CALCULATE([Revenue], DATEADD('Date'[Date], -1, YEAR))" }), mode: 'direct' },
    page,
  ],
  categorised: [withColumn(column('State')), page],
}

test('a project that is as it should be', () => {
  expect(lint(model, [page])).toEqual([])
})

test.each(Object.keys(RULES))('the rule %s finds what breaks it', (rule) => {
  const [broken, shown] = BROKEN[rule] ?? [model, page]
  expect(lint(broken, [shown]).map((found) => found.rule)).toContain(rule)
})

test('an inactive relationship is no second way, and a slash in a text no division', () => {
  const rules = lint(linked(link('Shop.City', 'Date.Date', false)), [page]).map(({ rule }) => rule)
  expect(rules).not.toContain('ambiguous_path')
  expect(lint(withMeasure({ dax: `"a/b" & "[c]"` }), [page])).toEqual([])
})
