import type { Column, Model, Table } from '../model/types.ts'
import { CATALOG_MARK, GOLD_MARK, type Source, type SqlSource } from './types.ts'

/** A text parameter of the model: changing it is all it takes to bind the model anew. */
export interface Parameter {
  readonly name: string
  readonly value: string
  readonly description: string
}

export const mText = (text: string): string =>
  `"${text.replaceAll('"', '""').replaceAll('#(', '#(#)(').replaceAll('\r', '#(cr)').replaceAll('\n', '#(lf)').replaceAll('\t', '#(tab)')}"`

export function parametersOf(source: Source): readonly Parameter[] {
  switch (source.kind) {
    case 'csv':
    case 'parquet':
      return [
        {
          name: 'DataFolder',
          value: source.folder,
          description: 'Folder with one file per table, as c360 export powerbi writes it',
        },
      ]
    case 'adls':
      return [
        {
          name: 'StorageUrl',
          value: source.url,
          description: 'Folder gold of the lake, https://ACCOUNT.dfs.core.windows.net/CONTAINER/PATH/gold',
        },
      ]
    case 'odata':
      return [{ name: 'ServiceUrl', value: source.url, description: 'OData feed of c360 serve' }]
    default:
      return sqlParameters(source)
  }
}

function sqlParameters(source: SqlSource): readonly Parameter[] {
  const parameter = (name: string, value: string, description: string): Parameter => ({
    name,
    value,
    description,
  })
  const schema = parameter('GoldSchema', source.schema, 'Schema of the gold tables')
  switch (source.kind) {
    case 'azure_sql':
      return [
        parameter('Server', source.server, 'Server, for example acme.database.windows.net'),
        parameter('Database', source.database, 'Database'),
        schema,
      ]
    case 'snowflake':
      return [
        parameter('Server', source.server, 'Host of the account, for example acme.snowflakecomputing.com'),
        parameter('Warehouse', source.warehouse, 'The warehouse that computes'),
        parameter('Database', source.database, 'Database'),
        schema,
      ]
    case 'databricks':
      return [
        parameter('Server', source.host, 'Server hostname of the SQL warehouse'),
        parameter('HttpPath', source.httpPath, 'HTTP path of the SQL warehouse'),
        parameter('Catalog', source.catalog, 'Catalog of Unity Catalog'),
        schema,
      ]
  }
}

/** What a column is called there: Snowflake keeps names that nobody quoted in capitals. */
export const sourceColumn = ({ kind }: Source, name: string): string =>
  kind === 'snowflake' ? name.toUpperCase() : name

interface Step {
  readonly name: string
  readonly m: string
}

/** The rows of a gold table, or of a SELECT where the source can be asked one. */
function rowsOf(source: Source, gold: string, made: string | undefined): readonly Step[] {
  switch (source.kind) {
    case 'csv':
      return [
        {
          name: 'Source',
          m: `Csv.Document(File.Contents(DataFolder & ${mText(`/${made === undefined ? gold : made}.csv`)}), [Delimiter = ",", Encoding = 65001, QuoteStyle = QuoteStyle.Csv])`,
        },
        { name: 'Rows', m: 'Table.PromoteHeaders(Source, [PromoteAllScalars = true])' },
      ]
    case 'parquet':
      return [
        {
          name: 'Rows',
          m: `Parquet.Document(File.Contents(DataFolder & ${mText(`/${made === undefined ? gold : made}.parquet`)}))`,
        },
      ]
    case 'adls':
      return [
        {
          name: 'Source',
          m: `AzureStorage.DataLake(StorageUrl & ${mText(`/${gold}`)}, [HierarchicalNavigation = true])`,
        },
        { name: 'Rows', m: 'DeltaLake.Table(Source)' },
      ]
    case 'odata':
      return [
        { name: 'Source', m: 'OData.Feed(ServiceUrl, null, [Implementation = "2.0"])' },
        { name: 'Rows', m: `Source{[Name = ${mText(gold)}, Signature = "table"]}[Data]` },
      ]
    default:
      return sqlRows(source, gold, made)
  }
}

function sqlRows(source: SqlSource, gold: string, made: string | undefined): readonly Step[] {
  const asked = (database: string): Step => ({
    name: 'Rows',
    m: `Value.NativeQuery(${database}, ${withSchema(made ?? '')}, null, [EnableFolding = true])`,
  })
  switch (source.kind) {
    case 'azure_sql':
      return [
        { name: 'Source', m: 'Sql.Database(Server, Database)' },
        made === undefined
          ? { name: 'Rows', m: `Source{[Schema = GoldSchema, Item = ${mText(gold)}]}[Data]` }
          : asked('Source'),
      ]
    case 'snowflake':
      return [
        { name: 'Source', m: 'Snowflake.Databases(Server, Warehouse, [Implementation = "2.0"])' },
        { name: 'Base', m: 'Source{[Name = Database, Kind = "Database"]}[Data]' },
        ...(made === undefined
          ? [
              { name: 'Layer', m: 'Base{[Name = GoldSchema, Kind = "Schema"]}[Data]' },
              { name: 'Rows', m: `Layer{[Name = ${mText(gold.toUpperCase())}, Kind = "View"]}[Data]` },
            ]
          : [asked('Base')]),
      ]
    case 'databricks':
      return [
        {
          name: 'Source',
          m: 'Databricks.Catalogs(Server, HttpPath, [Catalog = null, Database = null, EnableAutomaticProxyDiscovery = null])',
        },
        { name: 'Base', m: 'Source{[Name = Catalog, Kind = "Database"]}[Data]' },
        ...(made === undefined
          ? [
              { name: 'Layer', m: 'Base{[Name = GoldSchema, Kind = "Schema"]}[Data]' },
              { name: 'Rows', m: `Layer{[Name = ${mText(gold)}, Kind = "View"]}[Data]` },
            ]
          : [asked('Base')]),
      ]
  }
}

/** A SELECT as an M text, the parameters in the places of the names of schema and catalog. */
const withSchema = (sql: string): string =>
  sql
    .split(GOLD_MARK)
    .map((text) => text.split(CATALOG_MARK).map(mText).join(' & Catalog & '))
    .join(' & GoldSchema & ')

/** What follows the source: only the columns of the model, in types that do not depend on the machine's language. */
export function partitionM(table: Table, model: Model, source: Source, made: string | undefined): string {
  if (table.isDate && model.mode === 'import') return dateM(source)
  const columns = table.columns.filter((column) => column.source !== undefined)
  return letM([...rowsOf(source, table.gold, made), ...chosen('Rows', columns, source)])
}

function chosen(from: string, columns: readonly Column[], source: Source): readonly Step[] {
  const names = columns.map((column) => mText(sourceColumn(source, column.source ?? '')))
  const choose = { name: 'Chosen', m: `Table.SelectColumns(${from}, {${names.join(', ')}})` }
  const types = columns.map((column, at) => `{${names[at]}, ${mType(column)}}`)
  const typed = (of: string): Step => ({
    name: 'Typed',
    m: `Table.TransformColumnTypes(${of}, {${types.join(', ')}}, "en-US")`,
  })
  switch (source.kind) {
    case 'csv':
      return [
        choose,
        {
          name: 'Known',
          m: `Table.ReplaceValue(Chosen, "", null, Replacer.ReplaceValue, {${names.join(', ')}})`,
        },
        typed('Known'),
      ]
    case 'parquet':
    case 'adls':
    case 'odata':
      return [choose, typed('Chosen')]
    default:
      return [choose]
  }
}

function mType({ dataType, formatString }: Column): string {
  switch (dataType) {
    case 'int64':
      return 'Int64.Type'
    case 'decimal':
      return 'Currency.Type'
    case 'double':
      return 'type number'
    case 'boolean':
      return 'type logical'
    case 'dateTime':
      return formatString === 'yyyy-mm-dd' ? 'type date' : 'type datetime'
    default:
      return 'type text'
  }
}

const letM = (steps: readonly Step[]): string =>
  [
    'let',
    steps.map(({ name, m }) => `    ${name} = ${m}`).join(',\n'),
    'in',
    `    ${steps.at(-1)?.name}`,
  ].join('\n')

/**
 * Whole years from the first day of any figure to the last: those of the facts, and registrations that gold's calendar
 * does not reach. A date table must not have gaps.
 */
function dateM(source: Source): string {
  const days = (from: readonly Step[], columns: readonly string[]): string => {
    const inner = from.map(({ name, m }) => `${name} = ${m}`).join(', ')
    const lists = columns.map((column) => `Table.Column(Rows, ${mText(sourceColumn(source, column))})`)
    return `List.Transform(List.Select(let ${inner} in ${lists.join(' & ')}, each _ <> null and _ <> ""), each Date.From(_, "en-US"))`
  }
  const columns = [
    '{"date", type date}',
    '{"year", Int64.Type}',
    '{"quarter", Int64.Type}',
    '{"month", Int64.Type}',
    '{"iso_weekday", Int64.Type}',
    '{"day_of_week", type text}',
    '{"is_weekend", type logical}',
  ]
  const names =
    '{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}{Date.DayOfWeek(_, Day.Monday)}'
  return letM([
    { name: 'Facts', m: days(rowsOf(source, 'dim_date', undefined), ['date']) },
    {
      name: 'Others',
      m: days(rowsOf(source, 'reporting_period', undefined), ['first_day', 'last_day']),
    },
    { name: 'Days', m: 'Facts & Others' },
    {
      name: 'First',
      m: 'if List.IsEmpty(Days) then #date(2000, 1, 1) else Date.StartOfYear(List.Min(Days))',
    },
    {
      name: 'Last',
      m: 'if List.IsEmpty(Days) then #date(2000, 12, 31) else Date.EndOfYear(List.Max(Days))',
    },
    { name: 'All', m: 'List.Dates(First, Duration.Days(Last - First) + 1, #duration(1, 0, 0, 0))' },
    {
      name: 'Rows',
      m: `List.Transform(All, each {_, Date.Year(_), Date.QuarterOfYear(_), Date.Month(_), Date.DayOfWeek(_, Day.Monday) + 1, ${names}, Date.DayOfWeek(_, Day.Monday) >= 5})`,
    },
    {
      name: 'Named',
      m: 'Table.FromRows(Rows, {"date", "year", "quarter", "month", "iso_weekday", "day_of_week", "is_weekend"})',
    },
    { name: 'Typed', m: `Table.TransformColumnTypes(Named, {${columns.join(', ')}}, "en-US")` },
  ])
}
