import { measures as catalogue } from '../../model/semantic/catalogue.ts'
import { type Expression, factsOf } from '../../model/semantic/expression.ts'
import { type FactName, facts, type ThingName, things } from '../../model/semantic/facts.ts'
import type { Measure } from '../../model/semantic/measure.ts'
import { columnsUsed, nameInLayout, nameInTable, readColumns } from './columns.ts'
import { type DaxNames, quotedColumn, quotedMeasure, quotedTable } from './dax.ts'
import { derivedColumns } from './derived.ts'
import { hierarchiesOf } from './hierarchies.ts'
import {
  AGENT_RATES,
  DATE_COLUMN,
  DATE_TABLE,
  LAYOUT,
  type Layout,
  layoutOf,
  layoutOfThing,
} from './layout.ts'
import { modelMeasure, yearBefore } from './measures.ts'
import type { Model, ModelMeasure, ModelWish, Relationship, Table } from './types.ts'

/**
 * The star schema of a project as Power BI has it: the catalogue's facts and things as tables, its measures as DAX. What
 * the source cannot give is left out and named. Pure: the same wish gives the same model.
 */
export function buildModel(wish: ModelWish): Model {
  const layouts = LAYOUT.filter((layout) => wish.hasMade || !isMadeWhole(layout))
  const bare = layouts.map((layout) => bareTable(layout, wish))
  const missing = (measure: Measure) => missingFor(measure, layouts, bare)
  const present = catalogue.filter((measure) => missing(measure) === undefined)
  const relationships = relationshipsOf(layouts)
  const names = daxNames(present, bare, relationships)
  const tables = bare.map((table) => ({
    ...table,
    measures: [
      ...present
        .filter(({ expression }) => homeOf(expression) === table.name)
        .flatMap((measure) => [modelMeasure(measure, names, wish), ...yearBefore(measure, names, wish)]),
      ...(table.name === AGENT_RATES ? [agentsRated()] : []),
    ],
  }))
  return {
    name: wish.name,
    mode: wish.mode,
    tables,
    relationships,
    leftOut: catalogue.flatMap((measure) => {
      const because = missing(measure)
      return because === undefined ? [] : [{ measure: measure.label, because }]
    }),
  }
}

/** Rows of its own that gold does not have; without them the table has nothing to show. */
const isMadeWhole = ({ facts: names = [] }: Layout): boolean =>
  names.some((name) => facts[name].select !== undefined && facts[name].keepsRows !== true)

function bareTable(layout: Layout, wish: ModelWish): Table {
  const read = readColumns(layout, wish, catalogue)
  const columns = [...read, ...derivedColumns(layout, read)]
  const made = layout.facts?.find((name) => facts[name].select !== undefined)
  return {
    name: layout.name,
    description: describedTable(layout, wish),
    gold: layout.gold,
    ...(made && wish.hasMade ? { made } : {}),
    ...(layout.name === DATE_TABLE ? { isDate: true } : {}),
    columns,
    measures: [],
    hierarchies: hierarchiesOf(layout, columns),
  }
}

function describedTable(layout: Layout, wish: ModelWish): string {
  const [fact] = layout.facts ?? []
  if (isMadeWhole(layout) && fact) return `${facts[fact].label}, from gold.${layout.gold}`
  const gold = wish.gold.find(({ name }) => name === layout.gold)
  return `${gold?.description ?? layout.name}. From gold.${layout.gold}`.replace(/\s+/g, ' ')
}

const homeOf = (expression: Expression): string | undefined => {
  const [fact] = factsOf(expression)
  return fact && layoutOf(fact).name
}

function missingFor(
  { expression }: Measure,
  layouts: readonly Layout[],
  tables: readonly Table[],
): string | undefined {
  if (factsOf(expression).some((fact) => !layouts.includes(layoutOf(fact))))
    return 'the source has no rows for it: gold keeps none, and a SELECT cannot make them there'
  const absent = columnsUsed(expression).find(([fact, column]) => {
    const { table, name } = columnPlace(fact, column)
    return !tables.find((one) => one.name === table)?.columns.some((one) => one.name === name)
  })
  return absent ? `the source has no column ${absent[1]}` : undefined
}

/** `account.customer_id` lies in the table of the account. */
function columnPlace(fact: FactName, column: string): { readonly table: string; readonly name: string } {
  const [thing, of] = column.split('.')
  if (thing === undefined || of === undefined)
    return { table: layoutOf(fact).name, name: nameInTable(fact, column) }
  const layout = layoutOfThing(thing as ThingName)
  return { table: layout.name, name: nameInLayout(layout, of) }
}

function daxNames(
  present: readonly Measure[],
  tables: readonly Table[],
  relationships: readonly Relationship[],
): DaxNames {
  const byExpression = new Map(
    present.map(({ expression, label }) => [JSON.stringify(expression), quotedMeasure(label)]),
  )
  return {
    table: (fact) => quotedTable(layoutOf(fact).name),
    column(fact, column) {
      const { table, name } = columnPlace(fact, column)
      return quotedColumn(table, name)
    },
    isFixed(fact, column) {
      const { table, name } = columnPlace(fact, column)
      const columns = tables.find((one) => one.name === table)?.columns
      return columns?.find((one) => one.name === name)?.dataType === 'decimal'
    },
    relationship(fact) {
      const { name: table } = layoutOf(fact)
      const { date } = facts[fact]
      const column = date && nameInTable(fact, date)
      const found = relationships.find(({ from }) => from.table === table && from.column === column)
      if (!found || found.isActive) return undefined
      return `USERELATIONSHIP(${quotedColumn(found.from.table, found.from.column)}, ${quotedColumn(found.to.table, found.to.column)})`
    },
    date: quotedColumn(DATE_TABLE, DATE_COLUMN),
    measure: (expression) => byExpression.get(JSON.stringify(expression)),
  }
}

function relationshipsOf(layouts: readonly Layout[]): readonly Relationship[] {
  const isThere = (layout: Layout) => layouts.includes(layout)
  return layouts
    .flatMap((layout) => [
      ...(layout.facts ?? []).flatMap((fact) => factRelationships(layout, fact)),
      ...(layout.name === AGENT_RATES ? [toThing(layout, 'agent', things.agent.key)] : []),
    ])
    .filter(({ to }) => isThere(LAYOUT.find(({ name }) => name === to.table) ?? (LAYOUT[0] as Layout)))
}

function factRelationships(layout: Layout, fact: FactName): readonly Relationship[] {
  const { refers, date, is } = facts[fact]
  const things = Object.entries(refers) as [ThingName, string][]
  return [
    ...things.map(([thing, column]) => toThing(layout, thing, column)),
    ...(date === undefined
      ? []
      : [
          {
            from: { table: layout.name, column: nameInTable(fact, date) },
            to: { table: DATE_TABLE, column: DATE_COLUMN },
            // A thing that dates filter would filter its facts once more.
            isActive: is === undefined,
          },
        ]),
  ]
}

const toThing = (layout: Layout, thing: ThingName, column: string): Relationship => ({
  from: { table: layout.name, column },
  to: { table: layoutOfThing(thing).name, column: things[thing].key },
  isActive: true,
})

/** Agents by their tier, with those who had no contact. */
const agentsRated = (): ModelMeasure => ({
  name: 'Agents of all',
  description: 'Agents, with and without contacts, as of the version',
  dax: `COUNTROWS(${quotedTable(AGENT_RATES)})`,
  formatString: '#,0',
  folder: 'Counts',
})
