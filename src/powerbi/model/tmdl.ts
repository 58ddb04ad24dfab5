import { uuidOf } from '../names.ts'
import { mText, type Parameter, parametersOf, partitionM, sourceColumn } from '../source/m.ts'
import type { Source } from '../source/types.ts'
import type { Column, Hierarchy, Model, ModelMeasure, Place, Relationship, Table } from './types.ts'

/** A name as TMDL wants it: in quotes unless it is one plain word. */
export const tmdlName = (name: string): string =>
  /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : `'${name.replaceAll("'", "''")}'`

const indented = (text: string, depth: number): string =>
  text
    .split('\n')
    .map((line) => (line === '' ? '' : '\t'.repeat(depth) + line))
    .join('\n')

/** One object: its description, its head, its properties, and what it holds, each block apart from the next. */
function block(
  description: string,
  head: string,
  properties: readonly string[],
  inner: readonly string[] = [],
): string {
  const own = [
    ...(description === '' ? [] : [`/// ${description}`]),
    head,
    ...properties.map((line) => indented(line, 1)),
  ].join('\n')
  return [own, ...inner.map((text) => indented(text, 1))].join('\n\n')
}

/** `name = text` on one line, or the text below it, two levels deeper than what it belongs to. */
const assigned = (head: string, text: string): string =>
  text.includes('\n') ? `${head} =\n${indented(text, 2)}` : `${head} = ${text}`

const file = (...blocks: readonly string[]): string => `${blocks.join('\n\n')}\n\n`

/** The SELECTs of tables that gold does not have, by the table's name: the text, or for files the file's name. */
export type MadeRows = ReadonlyMap<string, string>

/** The semantic model's files below `definition/`. */
export function modelFiles(model: Model, source: Source, made: MadeRows): ReadonlyMap<string, string> {
  return new Map([
    ['database.tmdl', file(block('', 'database', ['compatibilityLevel: 1600']))],
    ['model.tmdl', modelTmdl(model)],
    ['expressions.tmdl', file(...parametersOf(source).map((parameter) => parameterTmdl(model, parameter)))],
    [
      'relationships.tmdl',
      file(...model.relationships.map((relationship) => relationshipTmdl(model, relationship))),
    ],
    ...model.tables.map(
      (table) =>
        [`tables/${table.name}.tmdl`, tableTmdl(model, table, source, made.get(table.name))] as const,
    ),
  ])
}

const modelTmdl = ({ tables }: Model): string =>
  file(
    block(
      '',
      'model Model',
      [
        'culture: en-US',
        'defaultPowerBIDataSourceVersion: powerBI_V3',
        'discourageImplicitMeasures',
        'sourceQueryCulture: en-US',
        'dataAccessOptions\n\tlegacyRedirects\n\treturnErrorValuesAsNull',
      ],
      ['annotation __PBI_TimeIntelligenceEnabled = 0'],
    ),
    tables.map(({ name }) => `ref table ${tmdlName(name)}`).join('\n'),
  )

const parameterTmdl = (model: Model, { name, value, description }: Parameter): string =>
  block(
    description,
    `expression ${tmdlName(name)} = ${mText(value)} meta [IsParameterQuery = true, Type = "Text", IsParameterQueryRequired = true]`,
    [`lineageTag: ${uuidOf(model.name, 'expression', name)}`],
    ['annotation PBI_ResultType = Text'],
  )

const placeTmdl = ({ table, column }: Place): string => `${tmdlName(table)}.${tmdlName(column)}`

/** The id of a relationship follows from its ends. */
export const relationshipId = (model: Pick<Model, 'name'>, { from, to }: Relationship): string =>
  uuidOf(model.name, 'relationship', from.table, from.column, to.table, to.column)

const relationshipTmdl = (model: Model, relationship: Relationship): string =>
  block('', `relationship ${relationshipId(model, relationship)}`, [
    ...(relationship.isActive ? [] : ['isActive: false']),
    `fromColumn: ${placeTmdl(relationship.from)}`,
    `toColumn: ${placeTmdl(relationship.to)}`,
  ])

function tableTmdl(model: Model, table: Table, source: Source, made: string | undefined): string {
  const tag = (...path: readonly string[]) => uuidOf(model.name, 'table', table.name, ...path)
  return file(
    block(
      table.description,
      `table ${tmdlName(table.name)}`,
      [`lineageTag: ${tag()}`, ...(table.isDate ? ['dataCategory: Time'] : [])],
      [
        ...table.measures.map((measure) => measureTmdl(measure, tag('measure', measure.name))),
        ...table.columns.map((column) => columnTmdl(column, source, tag('column', column.name))),
        ...table.hierarchies.map((hierarchy) => hierarchyTmdl(hierarchy, tag)),
        partitionTmdl(model, table, source, made),
        'annotation PBI_ResultType = Table',
      ],
    ),
  )
}

const measureTmdl = ({ name, description, dax, formatString, folder }: ModelMeasure, tag: string): string =>
  block(description, assigned(`measure ${tmdlName(name)}`, dax), [
    `formatString: ${formatString}`,
    `displayFolder: ${folder}`,
    `lineageTag: ${tag}`,
  ])

function columnTmdl(column: Column, source: Source, tag: string): string {
  const { name, description, dataType, formatString, dataCategory, sortBy, dax } = column
  const head = `column ${tmdlName(name)}`
  return block(
    description,
    dax === undefined ? head : assigned(head, dax),
    [
      `dataType: ${dataType}`,
      ...(column.isHidden ? ['isHidden'] : []),
      ...(column.isKey ? ['isKey'] : []),
      ...(formatString === undefined ? [] : [`formatString: ${formatString}`]),
      ...(column.isHidden && !column.isKey && !isSorting(name) ? ['isAvailableInMdx: false'] : []),
      `lineageTag: ${tag}`,
      ...(dataCategory === undefined ? [] : [`dataCategory: ${dataCategory}`]),
      ...(column.isLabel ? ['isDefaultLabel'] : []),
      'summarizeBy: none',
      ...(column.source === undefined ? [] : [`sourceColumn: ${sourceColumn(source, column.source)}`]),
      ...(sortBy === undefined ? [] : [`sortByColumn: ${tmdlName(sortBy)}`]),
    ],
    ['annotation SummarizationSetBy = User'],
  )
}

/** What sorts another column must be there for every client. */
const isSorting = (name: string): boolean => / (index|rank|number)$/.test(name)

const hierarchyTmdl = (
  { name, description, levels }: Hierarchy,
  tag: (...path: readonly string[]) => string,
): string =>
  block(
    description,
    `hierarchy ${tmdlName(name)}`,
    [`lineageTag: ${tag('hierarchy', name)}`],
    levels.map((level) =>
      block('', `level ${tmdlName(level)}`, [
        `lineageTag: ${tag('hierarchy', name, level)}`,
        `column: ${tmdlName(level)}`,
      ]),
    ),
  )

const partitionTmdl = (model: Model, table: Table, source: Source, made: string | undefined): string =>
  block('', `partition ${tmdlName(table.name)} = m`, [
    `mode: ${model.mode === 'import' ? 'import' : 'directQuery'}`,
    assigned('source', partitionM(table, model, source, made)),
  ])
