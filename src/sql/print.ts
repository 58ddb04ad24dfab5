import { C360Error } from '../errors.ts'
import { CALLS } from './print-calls.ts'
import { type Context, condition } from './print-context.ts'
import { EXPRESSIONS } from './print-expression.ts'
import { endingSql, groupSql, itemSql, itemsOf, valueSql } from './print-items.ts'
import { aliasesOf, joinWord, nodeIn, notPrinted, renamedColumns, writtenSelects } from './print-parts.ts'
import type { Scope, Source } from './scope.ts'
import type { SetOperator, Target } from './target.ts'
import { type Columns, commonType, type SqlType } from './types.ts'
import { listOf, nameOf, recordOf, type SqlNode, textOf } from './walk.ts'

/** A table's full name as the engine wants it, quoted. */
export type TableName = (name: string, schema?: string) => string
/** The columns of a table the query may read; undefined if there is no such table. */
export type ColumnsOf = (name: string, schema?: string) => Columns | undefined

/** A query printed for an engine, and the columns of its result with the types DuckDB gives them. */
export interface PrintedQuery {
  readonly sql: string
  readonly columns: Columns
}

/**
 * Prints a parsed query of the portable subset for an engine, node by node. Throws PROJECT_INVALID for a name that
 * means nothing and for what this engine cannot do as DuckDB does; INTERNAL for a node that is not in the subset.
 */
export function printed(query: SqlNode, target: Target, table: TableName, columns: ColumnsOf): PrintedQuery {
  const printer = new Printer(target, table, columns)
  const { render, columns: result } = printer.query(query, { ctes: new Map(), outer: undefined, isTop: true })
  return { sql: printer.headed(render()), columns: result }
}

export const printQuery = (query: SqlNode, target: Target, table: TableName, columns: ColumnsOf): string =>
  printed(query, target, table, columns).sql

interface Cte {
  readonly printed: string
  readonly columns: Columns
}

interface Surroundings {
  readonly ctes: ReadonlyMap<string, Cte>
  readonly outer: Scope | undefined
  /** The columns it returns need no name made up for them. */
  readonly isTop?: boolean
}

/** Rendered late, because a UNION decides the types of its parts. */
interface Rendered {
  readonly columns: Columns
  render(types?: readonly SqlType[]): string
}

interface RenderedSelect extends Rendered {
  /** The items of the SELECT alone. */
  values(types: readonly SqlType[]): readonly string[]
}

/** How each kind of node in an expression is printed. */
const PRINTERS = { ...EXPRESSIONS, ...CALLS }

/** The kinds of node that an expression may consist of. */
export const expressionKinds = (): string[] => Object.keys(PRINTERS)

const SET_WORDS: Readonly<Record<SetOperator, string>> = {
  union: 'union',
  intersect: 'intersect',
  except: 'except',
}

class Printer {
  private readonly target: Target
  private readonly table: TableName
  private readonly columnsOf: ColumnsOf
  /** CTEs that wait for the head of the statement, and every name they have. */
  private readonly hoisted: string[] = []
  private readonly taken = new Set<string>()
  private madeUp = 0

  constructor(target: Target, table: TableName, columnsOf: ColumnsOf) {
    this.target = target
    this.table = table
    this.columnsOf = columnsOf
  }

  headed(sql: string): string {
    return this.hoisted.length > 0 ? `with ${this.hoisted.join(',\n')}\n${sql}` : sql
  }

  query(node: SqlNode, around: Surroundings): Rendered {
    const { within, clause } = this.withClause(node.fields.with, around)
    const body = this.body(node, within)
    return { columns: body.columns, render: (types) => clause + body.render(types) }
  }

  private body(node: SqlNode, around: Surroundings): Rendered {
    switch (node.kind) {
      case 'select':
        return this.select(node, around)
      case 'union':
      case 'intersect':
      case 'except':
        return this.setOperation(node, node.kind, around)
      case 'subquery':
        return this.query(nodeIn(node.fields.this), around)
      default:
        throw notPrinted(node.kind)
    }
  }

  /** CTEs see those before them. Where WITH cannot be nested they go to the head under a name of their own. */
  private withClause(clause: unknown, around: Surroundings): { within: Surroundings; clause: string } {
    const { nestedWith, ident } = this.target
    const seen = new Map(around.ctes)
    const texts: string[] = []
    for (const cte of listOf(recordOf(clause).ctes)) {
      const { alias, columns, this: body } = recordOf(cte)
      const name = nameOf(alias) ?? ''
      const outer = nestedWith ? around.outer : undefined
      const query = this.query(nodeIn(body), { ctes: new Map(seen), outer })
      const own = nestedWith ? name : this.unused(name)
      const renamed = renamedColumns(query.columns, columns)
      texts.push(`${ident(own)}${this.columnList(columns)} as (\n${query.render()}\n)`)
      seen.set(name.toLowerCase(), { printed: ident(own), columns: renamed })
    }
    if (!nestedWith) this.hoisted.push(...texts)
    const written = nestedWith && texts.length > 0 ? `with ${texts.join(',\n')}\n` : ''
    return { within: { ...around, ctes: seen }, clause: written }
  }

  private unused(name: string): string {
    let own = name
    for (let n = 2; this.taken.has(own.toLowerCase()); n += 1) own = `${name}_${n}`
    this.taken.add(own.toLowerCase())
    return own
  }

  private columnList(columns: unknown): string {
    const names = listOf(columns).map((column) => this.target.ident(nameOf(column) ?? ''))
    return names.length > 0 ? `(${names.join(', ')})` : ''
  }

  /** `select 1 as n union all select 2 as n ..`, or undefined where a side is more than words and numbers. */
  private writtenRows(node: SqlNode, around: Surroundings): Rendered | undefined {
    const { rows, ident } = this.target
    const selects = rows ? writtenSelects(node) : []
    if (!rows || selects.length < 2) return undefined
    const parts = selects.map((select) => this.select(select, { ...around, isTop: false }))
    const columns = parts.map((part) => part.columns).reduce((a, b) => this.sharedColumns(a, b))
    return {
      columns,
      render: (types) => {
        const wanted = types ?? columns.map(([, type]) => type)
        const names = columns.map(([name]) => ident(name))
        return rows(
          names,
          parts.map(({ values }) => values(wanted)),
        )
      },
    }
  }

  private sharedColumns(left: Columns, right: Columns): Columns {
    return left.map(([name, type], index): readonly [string, SqlType] => {
      const other = right[index]?.[1] ?? type
      return [name, commonType(type, other) ?? mismatch(this.target, name)]
    })
  }

  private setOperation({ fields }: SqlNode, kind: SetOperator, around: Surroundings): Rendered {
    const rows = this.writtenRows({ kind, fields }, around)
    if (rows) return rows
    const left = this.query(nodeIn(fields.left), around)
    const right = this.query(nodeIn(fields.right), { ...around, isTop: false })
    const columns = this.sharedColumns(left.columns, right.columns)
    const word = `${SET_WORDS[kind]}${fields.all === true ? ' all' : ''}`
    const enclosed = (side: unknown, sql: string): string => {
      const inner = nodeIn(side)
      const isChain = inner.kind === kind && side === fields.left && inner.fields.all === fields.all
      return inner.kind === 'select' && !inner.fields.with ? sql : isChain ? sql : `(${sql})`
    }
    return {
      columns,
      render: (types) => {
        const wanted = types ?? columns.map(([, type]) => type)
        return `${enclosed(fields.left, left.render(wanted))}\n${word}\n${enclosed(fields.right, right.render(wanted))}`
      },
    }
  }

  private select({ fields }: SqlNode, around: Surroundings): RenderedSelect {
    const { sources, sql: from } = this.from(fields, around)
    const scope: Scope = { sources, aliases: aliasesOf(fields.expressions), outer: around.outer }
    const context = this.context(scope, around)
    const items = itemsOf(fields.expressions, context, around.isTop === true)
    const where = nodeOrNone(recordOf(fields.where_clause).this)
    const groups = listOf(recordOf(fields.group_by).expressions).map((x) => groupSql(x, fields, context))
    const having = nodeOrNone(recordOf(fields.having).this)
    const rest = [
      ...(from === '' ? [] : [`from ${from}`]),
      ...(where === undefined ? [] : [`where ${condition(context, where).sql}`]),
      ...(groups.length > 0 ? [`group by ${groups.join(', ')}`] : []),
      ...(having === undefined ? [] : [`having ${condition(context, having).sql}`]),
      ...endingSql(fields, items, context),
    ]
    const head = fields.distinct === true ? 'select distinct' : 'select'
    return {
      columns: items.map(({ name, typed }) => [name, typed.type]),
      values: (types) => items.map(({ typed }, index) => valueSql(this.target, typed, types[index])),
      render: (types) =>
        [
          `${head} ${items.map((item, index) => itemSql(this.target, item, types?.[index])).join(', ')}`,
          ...rest,
        ].join('\n'),
    }
  }

  private from(fields: SqlNode['fields'], around: Surroundings): { sources: Source[]; sql: string } {
    const [first] = listOf(recordOf(fields.from).expressions)
    if (first === undefined) return { sources: [], sql: '' }
    const start = this.relation(first, around)
    const sources = [start.source]
    const texts = [start.sql]
    for (const join of listOf(fields.joins)) {
      const { this: what, kind, on } = recordOf(join)
      const { source, sql } = this.relation(what, around)
      sources.push(source)
      const scope: Scope = { sources: [...sources], aliases: new Map(), outer: around.outer }
      const context = this.context(scope, around)
      const test = on === null || on === undefined ? '' : ` on ${condition(context, on).sql}`
      texts.push(`${joinWord(textOf(kind) ?? '')} ${sql}${test}`)
    }
    return { sources, sql: texts.join('\n') }
  }

  private relation(what: unknown, around: Surroundings): { source: Source; sql: string } {
    const node = nodeIn(what)
    if (node.kind === 'table') return this.tableRelation(node, around)
    if (node.kind !== 'subquery') throw notPrinted(node.kind)
    const { alias, column_aliases } = node.fields
    const query = this.query(nodeIn(node.fields.this), { ...around, isTop: false })
    this.madeUp += 1
    const name = nameOf(alias) ?? `q${this.madeUp}`
    const printed = this.target.ident(name)
    const columns = renamedColumns(query.columns, column_aliases)
    return {
      source: { name, printed, columns, isTable: false },
      sql: `(\n${query.render()}\n) as ${printed}${this.columnList(column_aliases)}`,
    }
  }

  private tableRelation({ fields }: SqlNode, around: Surroundings): { source: Source; sql: string } {
    const name = nameOf(fields.name) ?? ''
    const schema = nameOf(fields.schema)
    const cte = schema === undefined ? around.ctes.get(name.toLowerCase()) : undefined
    const columns = cte?.columns ?? this.columnsOf(name, schema)
    if (!columns) throw unknownName(`table \`${schema === undefined ? '' : `${schema}.`}${name}\``)
    const alias = nameOf(fields.alias) ?? name
    const printed = this.target.ident(alias)
    return {
      source: { name: alias, printed, columns, isTable: cte === undefined },
      sql: `${cte?.printed ?? this.table(name, schema)} as ${printed}`,
    }
  }

  context(scope: Scope, around: Surroundings): Context {
    return {
      target: this.target,
      scope,
      printers: PRINTERS,
      query: (node) => {
        const { columns, render } = this.query(node, { ctes: around.ctes, outer: scope })
        return { columns, sql: render() }
      },
    }
  }
}

const nodeOrNone = (value: unknown): unknown => (value === null ? undefined : value)

const unknownName = (what: string): C360Error =>
  new C360Error('PROJECT_INVALID', `there is no ${what} for the query to read`)

const mismatch = (target: Target, column: string): never => {
  throw new C360Error(
    'PROJECT_INVALID',
    `${target.name}: the two sides of the set operation have different types in \`${column}\``,
    { hint: 'cast both to one type' },
  )
}
