import { asNode, lineOf, listOf, nameOf, recordOf, type SqlNode, textOf } from '../../sql/walk.ts'
import { AGGREGATES } from './aggregates.ts'
import { bindExpression, otherParts } from './expression.ts'
import { equalities, fromText } from './from.ts'
import { branch, distinctRows, outName, unified } from './result.ts'
import type { Scope } from './scope.ts'
import { queryRelation, type Stage } from './stage.ts'
import {
  type Block,
  type BoundQuery,
  type Column,
  type Expression,
  type Item,
  Refused,
  type Relation,
} from './types.ts'
import { compared } from './values.ts'
import { orderTerm } from './windows.ts'

/** Finds a table of the landing files by its legacy name. Throws Refused. */
export type FindSource = (name: string, line: number | undefined) => Relation

interface Place {
  readonly name: string
  readonly ctes: ReadonlyMap<string, Relation>
  readonly findSource: FindSource
  /** Filled with what the query's parts are made into before it runs. */
  readonly stages: Stage[]
  readonly outer?: Scope
}

/** Inside a subquery a part may read the rows around it: it cannot be made beforehand. */
const stagesAt = ({ stages, outer }: Place): Stage[] | undefined => (outer ? undefined : stages)

const SELECT = [
  'expressions',
  'from',
  'joins',
  'where_clause',
  'group_by',
  'having',
  'distinct',
  'with',
  'top',
  'order_by',
]

/** Binds a SELECT or UNION with everything below it. */
export function bindQuery(value: unknown, place: Place): BoundQuery {
  const node = asNode(value)
  if (node?.kind === 'select') return bindSelect(node, withCtes(node, place))
  if (node?.kind === 'union') return bindUnion(node, withCtes(node, place))
  if (node?.kind === 'subquery' || node?.kind === 'paren') return bindQuery(node.fields.this, place)
  throw new Refused(
    'legacy_sql',
    `a SELECT is expected, not ${node?.kind.replaceAll('_', ' ') ?? 'this'}`,
    undefined,
    lineOf(value),
  )
}

function withCtes({ fields }: SqlNode, place: Place): Place {
  const ctes = new Map(place.ctes)
  for (const cte of listOf(recordOf(fields.with).ctes)) {
    const { alias, this: body, columns } = recordOf(cte)
    const name = nameOf(alias) ?? ''
    const query = bindQuery(body, { ...place, ctes, name })
    ctes.set(
      name.toLowerCase(),
      queryRelation(
        name,
        query,
        stagesAt(place),
        listOf(columns).map((column) => nameOf(column) ?? ''),
      ),
    )
  }
  return { ...place, ctes }
}

function bindUnion(node: SqlNode, place: Place): BoundQuery {
  const [other] = otherParts(node, ['left', 'right', 'all', 'with', 'distinct'])
  if (other !== undefined)
    throw new Refused(
      'legacy_sql',
      `\`${other.replaceAll('_', ' ')}\` of a UNION`,
      undefined,
      lineOf(node.fields),
    )
  const [left, right] = [bindQuery(node.fields.left, place), bindQuery(node.fields.right, place)]
  if (left.columns.length !== right.columns.length)
    throw new Refused(
      'legacy_sql',
      `a UNION of ${left.columns.length} and ${right.columns.length} columns`,
      undefined,
      lineOf(node.fields.right),
    )
  const all = node.fields.all === true
  const columns = left.columns.map((column, index) => unified(column, right.columns[index] ?? column))
  const sides = [left, right].map((side) => branch(side, columns))
  const rows = `${sides[0]} union all ${sides[1]}`
  return { kind: 'union', all, left, right, columns, sql: all ? rows : distinctRows(rows, columns) }
}

function bindSelect(node: SqlNode, place: Place): Block {
  const { fields } = node
  const [other] = otherParts(node, SELECT)
  const line = lineOf(node.fields) ?? 1
  if (other !== undefined)
    throw new Refused(
      'legacy_sql',
      `\`${other.replaceAll('_', ' ')}\` of a SELECT is not understood`,
      undefined,
      line,
    )
  const items = bindItems(fields, place)
  const rows = scopeOf(items, place)
  const where = fields.where_clause ? bindExpression(recordOf(fields.where_clause).this, rows) : undefined
  const groupBy = grouping(fields.group_by, rows)
  const having = fields.having ? recordOf(fields.having).this : undefined
  const isGrouped = groupBy.length > 0 || having !== undefined || listOf(fields.expressions).some(aggregates)
  const groups: Scope = isGrouped ? { ...rows, grouped: groupTexts(groupBy) } : rows
  const outputs = listOf(fields.expressions).flatMap((expression) => output(expression, groups, items))
  const kept = having === undefined ? undefined : bindExpression(having, groups)
  const top = topOf(fields.top, line)
  const orders =
    top === undefined
      ? []
      : listOf(recordOf(fields.order_by).expressions).map((term) =>
          orderTerm(orderable(term, outputs), groups, bindExpression),
        )
  const distinct = fields.distinct === true
  const columns = outputs.map(({ name, expression }) => outputColumn(name, expression))
  const list = outputs.map(
    ({ expression }, index) => `${expression.sql} as ${outName(outputs[index]?.name ?? '', index)}`,
  )
  const plain = [
    `select ${list.join(', ')}`,
    ...(items.length > 0 ? [`from ${fromText(items)}`] : []),
    ...(where ? [`where ${where.sql}`] : []),
    ...(groupBy.length > 0 ? [`group by ${groupBy.map(compared).join(', ')}`] : []),
    ...(kept ? [`having ${kept.sql}`] : []),
    ...(orders.length > 0 ? [`order by ${orders.map(({ sql }) => sql).join(', ')}`] : []),
    ...(top === undefined ? [] : [`limit ${top}`]),
  ].join(' ')
  return {
    kind: 'select',
    name: place.name,
    line,
    items,
    ...(where ? { where } : {}),
    groupBy,
    grouped: isGrouped,
    outputs,
    filters: [
      ...(kept ? ['HAVING'] : []),
      ...(distinct ? ['DISTINCT'] : []),
      ...(top === undefined ? [] : ['TOP']),
    ],
    bindRow: (expression) => bindExpression({ [expression.kind]: expression.fields }, rows),
    sql: distinct ? distinctRows(plain, columns) : plain,
    columns,
  }
}

function outputColumn(name: string, { type, hidden, column }: Expression): Column {
  const origin = column?.column.origin
  return { name, type: type === 'null' ? 'text' : type, hidden, ...(origin ? { origin } : {}) }
}

/** TOP n; PERCENT and WITH TIES are refused. */
function topOf(top: unknown, line: number): string | undefined {
  if (top === undefined || top === null) return undefined
  const { this: size, percent, with_ties } = recordOf(top)
  const node = asNode(size)
  if (percent === true || with_ties === true || node?.kind !== 'literal')
    throw new Refused(
      'legacy_sql',
      'TOP with PERCENT, WITH TIES or an expression',
      'write TOP and a number',
      line,
    )
  return textOf(node.fields.value)
}

/** ORDER BY may name a column of the result. */
function orderable(term: unknown, outputs: Block['outputs']): unknown {
  const fields = recordOf(term)
  const node = asNode(fields.this)
  if (node?.kind !== 'column' || node.fields.table) return term
  const name = nameOf(node.fields.name)?.toLowerCase()
  const found = outputs.find((out) => out.name.toLowerCase() === name)
  return found ? { ...fields, this: { [found.expression.node.kind]: found.expression.node.fields } } : term
}

/** Does it aggregate outside of windows and subqueries? */
function aggregates(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(aggregates)
  if (typeof value !== 'object' || value === null) return false
  const node = asNode(value)
  if (node?.kind === 'subquery' || node?.kind === 'exists') return false
  if (node?.kind === 'window_function')
    return aggregates(recordOf(node.fields.this).sum) || windowArguments(node)
  if (node && node.kind in AGGREGATES) return true
  if (node?.kind === 'function' && textOf(node.fields.name)?.toLowerCase() === 'count_big') return true
  return Object.values(node ? node.fields : value).some(aggregates)
}

const windowArguments = (node: SqlNode): boolean =>
  Object.values(asNode(node.fields.this)?.fields ?? {}).some(aggregates) || aggregates(node.fields.over)

const groupTexts = (groupBy: readonly Expression[]): ReadonlyMap<string, string> =>
  new Map(groupBy.filter(({ type }) => type === 'text').map(({ sql }) => [sql, `min(${sql})`]))

function grouping(clause: unknown, scope: Scope): Expression[] {
  return listOf(recordOf(clause).expressions).map((expression) => {
    if (asNode(expression)?.kind === 'literal')
      throw new Refused('legacy_sql', 'GROUP BY a constant', 'name the columns', lineOf(clause))
    return bindExpression(expression, scope)
  })
}

function output(
  expression: unknown,
  scope: Scope,
  items: readonly Item[],
): { name: string; expression: Expression }[] {
  const node = asNode(expression)
  if (node?.kind === 'star') return starColumns(nameOf(node.fields.table), scope, items)
  if (node?.kind === 'alias')
    return [{ name: nameOf(node.fields.alias) ?? '', expression: bindExpression(node.fields.this, scope) }]
  const assigned = node?.kind === 'eq' ? asNode(node.fields.left) : undefined
  // `Name = expression` is the parser's equality here; a select list has no other.
  if (node && assigned?.kind === 'column' && !assigned.fields.table)
    return [
      { name: nameOf(assigned.fields.name) ?? '', expression: bindExpression(node.fields.right, scope) },
    ]
  const name = node?.kind === 'column' ? (nameOf(node.fields.name) ?? '') : ''
  return [{ name, expression: bindExpression(expression, scope) }]
}

function starColumns(table: string | undefined, scope: Scope, items: readonly Item[]) {
  const wanted = items.filter(
    ({ alias }) => table === undefined || alias.toLowerCase() === table.toLowerCase(),
  )
  return wanted.flatMap(({ alias, relation }) =>
    relation.columns.map(({ name }) => ({
      name,
      expression: bindExpression({ column: { name: { name }, table: { name: alias } } }, scope),
    })),
  )
}

const scopeOf = (items: readonly Item[], place: Place): Scope => ({
  items: items.map(({ alias, relation }) => ({ alias, columns: relation.columns })),
  ...(place.outer ? { parent: place.outer } : {}),
  bindQuery: (query, outer) => bindQuery(query, { ...place, outer, name: 'a subquery' }),
  findTable: place.findSource,
})

const JOINS: Readonly<Record<string, Item['join']>> = {
  Inner: 'inner',
  Left: 'left',
  Right: 'right',
  Full: 'full',
  Cross: 'cross',
  Outer: 'full',
}

function bindItems(fields: SqlNode['fields'], place: Place): Item[] {
  const items: Item[] = []
  const add = (item: Omit<Item, 'keys' | 'on'>, on?: unknown): void => {
    if (items.some(({ alias }) => alias.toLowerCase() === item.alias.toLowerCase()))
      throw new Refused(
        'legacy_name',
        `two tables are called \`${item.alias}\``,
        'give each its own alias',
        item.line,
      )
    const scope = scopeOf([...items, { ...item, keys: [] }], place)
    const bound = on === undefined || on === null ? undefined : bindExpression(on, scope)
    const keys = bound
      ? equalities(bound.node, item.alias, (node) => bindExpression({ [node.kind]: node.fields }, scope))
      : []
    items.push({ ...item, keys, ...(bound ? { on: bound } : {}) })
  }
  listOf(recordOf(fields.from).expressions).forEach((source, index) => {
    add({ ...itemOf(source, place), join: index === 0 ? 'first' : 'cross' })
  })
  for (const join of listOf(fields.joins)) {
    const { this: source, on, kind, using } = recordOf(join)
    const word = JOINS[textOf(kind) ?? '']
    if (!word || (Array.isArray(using) && using.length > 0))
      throw new Refused(
        'legacy_sql',
        `${(textOf(kind) ?? 'this').replaceAll(/([a-z])([A-Z])/g, '$1 $2').toUpperCase()} join`,
        'INNER, LEFT, RIGHT, FULL and CROSS joins with ON are understood',
        lineOf(join),
      )
    if (word !== 'cross' && (on === null || on === undefined))
      throw new Refused('legacy_sql', 'a join without ON', undefined, lineOf(join))
    add({ ...itemOf(source, place), join: word }, on)
  }
  return items
}

function itemOf(source: unknown, place: Place): Omit<Item, 'join' | 'keys' | 'on'> {
  const node = asNode(source)
  const line = lineOf(source) ?? 1
  const alias = nameOf(node?.fields.alias)
  if (node?.kind === 'table') {
    const [other] = otherParts(node, ['name', 'schema', 'catalog', 'alias', 'alias_explicit_as', 'hints'])
    if (other !== undefined)
      throw new Refused('legacy_sql', `\`${other.replaceAll('_', ' ')}\` of a table`, undefined, line)
    const name = nameOf(node.fields.name) ?? ''
    const cte = node.fields.schema ? undefined : place.ctes.get(name.toLowerCase())
    return { alias: alias ?? name, relation: cte ?? place.findSource(name, line), line }
  }
  if (node?.kind !== 'subquery' || alias === undefined)
    throw new Refused('legacy_sql', 'a table, or a query with a name, is expected in FROM', undefined, line)
  const query = bindQuery(node.fields.this, { ...place, name: alias })
  return {
    alias,
    relation: queryRelation(
      alias,
      query,
      stagesAt(place),
      listOf(node.fields.column_aliases).map((name) => nameOf(name) ?? ''),
    ),
    line,
  }
}
