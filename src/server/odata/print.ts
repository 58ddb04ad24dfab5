import { dialect as d } from '../../engines/duckdb/dialect.ts'
import type { Kind } from './edm.ts'
import type { FeedColumn, FeedTable } from './feed.ts'
import { functionNamed, takesKinds } from './functions.ts'
import { literalKind, literalSql } from './literals.ts'
import { quotedName } from './names.ts'
import { invalid, unsupported } from './refusals.ts'
import type { Comparison, Node } from './syntax.ts'

export interface Printing {
  readonly table: FeedTable
  /** The option, for messages: `$filter`. */
  readonly where: string
  /** The request is an address: personal values have no place in it. */
  readonly inAddress: boolean
}

interface Typed {
  readonly sql: string
  readonly kind: Kind | 'null'
  readonly isLiteral: boolean
  /** A column and nothing else. */
  readonly isColumn?: boolean
  /** Of personal columns, the first that is in it. */
  readonly personal?: FeedColumn
}

/** SQL of a predicate over alias `t`, made from the parsed tree alone. USAGE where kinds do not fit. */
export function predicateSql(node: Node, printing: Printing): string {
  const { sql, kind, personal } = new Printer(printing).typed(node, false)
  if (kind !== 'boolean') throw invalid(printing.where, 'the expression is not true or false.')
  if (personal) refusePersonal(personal, printing)
  return sql
}

/** SQL of something to order by. */
export function orderSql(node: Node, printing: Printing): string {
  const { sql, isLiteral, isColumn, personal } = new Printer(printing).typed(node, false)
  if (isLiteral) throw invalid(printing.where, 'a value orders nothing.')
  if (personal?.isMasked)
    throw invalid(printing.where, `\`${personal.name}\` is masked, so nothing is ordered by it.`)
  if (personal && !isColumn) refusePersonal(personal, printing)
  return sql
}

export function columnNamed({ columns }: FeedTable, name: string, where: string): FeedColumn {
  const found = columns.find((column) => column.name === name)
  if (found) return found
  throw invalid(where, `there is no column ${quotedName(name)}.`, '`$metadata` lists the columns.')
}

function refusePersonal({ name }: FeedColumn, { where, inAddress }: Printing): void {
  if (!inAddress) return
  throw unsupported(
    where,
    `\`${name}\` is personal: it may only be compared with null in an address.`,
    'Send the same options as the body of a POST to `/$query`: an address may be kept by others.',
  )
}

/**
 * OData's logic has two halves: a comparison with null is false, and a function of null is null. So `exact` asks for a comparison
 * that is false rather than NULL; where a row is only kept or not, both are the same, and the engine can skip what it need not read.
 */
class Printer {
  private readonly printing: Printing

  constructor(printing: Printing) {
    this.printing = printing
  }

  typed(node: Node, exact: boolean): Typed {
    switch (node.kind) {
      case 'literal':
        return this.literal(node)
      case 'property':
        return this.property(node.name)
      case 'call':
        return this.call(node)
      case 'not':
        return this.joined('not', [node.of], true)
      case 'and':
      case 'or':
        return this.joined(node.kind, node.of, exact)
      case 'compare':
        return this.compare(node, exact)
      case 'in':
        return this.among(node, exact)
      default:
        return node satisfies never
    }
  }

  private literal({ type, text }: Extract<Node, { kind: 'literal' }>): Typed {
    const sql = literalSql(type, text)
    if (sql === undefined) throw invalid(this.printing.where, 'a day, a time or a number is none.')
    return { sql, kind: literalKind(type, text), isLiteral: true }
  }

  private property(name: string): Typed {
    const column = columnNamed(this.printing.table, name, this.printing.where)
    const own = `t.${d.ident(column.column)}`
    return {
      sql: column.isMasked ? `cast(${own} as varchar)` : own,
      kind: column.edm.kind,
      isLiteral: false,
      isColumn: true,
      ...(column.isPersonal ? { personal: column } : {}),
    }
  }

  private call({ name, args }: Extract<Node, { kind: 'call' }>): Typed {
    const known = functionNamed(name)
    const { where } = this.printing
    if (!known) throw unsupported(where, `the function ${quotedName(name)} is not known here.`)
    if (args.length < known.least || args.length > known.takes.length)
      throw invalid(where, `\`${name}\` takes ${known.takes.length} arguments.`)
    const given = args.map((arg) => this.typed(arg, true))
    given.forEach(({ kind }, i) => {
      const takes = takesKinds[known.takes[i] ?? 'text']
      if (kind !== 'null' && !takes.includes(kind))
        throw invalid(
          where,
          `argument ${i + 1} of \`${name}\` is ${kind}, and must be ${takes.join(' or ')}.`,
        )
    })
    const sql = given.map((one, i) =>
      one.kind === 'null' ? `cast(null as ${NULLS[known.takes[i] ?? 'text']})` : one.sql,
    )
    const same = given[0]?.kind ?? 'integer'
    const kind = known.gives === 'same' ? (same === 'null' ? 'integer' : same) : known.gives
    return { sql: known.sql(sql), kind, isLiteral: false, ...personalOf(given) }
  }

  private joined(word: 'not' | 'and' | 'or', of: readonly Node[], exact: boolean): Typed {
    const parts = of.map((node) => this.typed(node, exact))
    for (const { kind } of parts)
      if (kind !== 'boolean' && kind !== 'null')
        throw invalid(this.printing.where, `\`${word}\` joins what is true or false; \`not\` needs brackets.`)
    const sql = parts.map((part) => (part.kind === 'null' ? 'cast(null as boolean)' : part.sql))
    return {
      sql: word === 'not' ? `(not ${sql[0]})` : `(${sql.join(` ${word} `)})`,
      kind: 'boolean',
      isLiteral: false,
      ...personalOf(parts),
    }
  }

  private compare({ op, left, right }: Extract<Node, { kind: 'compare' }>, exact: boolean): Typed {
    const [a, b] = [this.typed(left, true), this.typed(right, true)]
    if (a.kind === 'null' || b.kind === 'null') return this.withNull(op, a.kind === 'null' ? b : a)
    this.mustFit(a, b)
    this.mayShow([a, b])
    return { sql: compareSql(op, a, b, exact), kind: 'boolean', isLiteral: false }
  }

  private among({ of, list }: Extract<Node, { kind: 'in' }>, exact: boolean): Typed {
    const x = this.typed(of, true)
    const values = list.map((node) => this.typed(node, true))
    const known = values.filter(({ kind }) => kind !== 'null')
    for (const value of known) this.mustFit(x, value)
    if (known.length > 0) this.mayShow([x])
    const tests = [
      ...(known.length === 0 ? [] : [`${x.sql} in (${known.map(({ sql }) => sql).join(', ')})`]),
      ...(known.length < values.length ? [`${x.sql} is null`] : []),
    ]
    const sql = `(${tests.join(' or ')})`
    return { sql: exact ? `coalesce(${sql}, false)` : sql, kind: 'boolean', isLiteral: false }
  }

  /** Says nothing of a value but whether there is one, so it may be asked of every column. */
  private withNull(op: Comparison, other: Typed): Typed {
    if (!other.isColumn) this.mayShow([other])
    const isNull = other.kind === 'null' ? 'true' : `(${other.sql} is null)`
    const sql = op === 'eq' ? isNull : op === 'ne' ? `(not ${isNull})` : 'false'
    return { sql, kind: 'boolean', isLiteral: false }
  }

  private mustFit(a: Typed, b: Typed): void {
    if (groupOf(a) === groupOf(b)) return
    throw invalid(this.printing.where, `${a.kind} and ${b.kind} cannot be compared.`)
  }

  private mayShow(parts: readonly Typed[]): void {
    const { personal } = personalOf(parts)
    if (personal) refusePersonal(personal, this.printing)
  }
}

const NULLS = {
  text: 'varchar',
  whole: 'bigint',
  number: 'bigint',
  day: 'date',
  instant: 'timestamp',
} as const

const NUMBERS = new Set<Typed['kind']>(['integer', 'decimal', 'double'])

const groupOf = ({ kind }: Typed): string => (NUMBERS.has(kind) ? 'number' : kind)

function personalOf(parts: readonly Typed[]): Pick<Typed, 'personal'> {
  const personal = parts.find((part) => part.personal)?.personal
  return personal ? { personal } : {}
}

const SIGNS: Readonly<Record<Exclude<Comparison, 'ne'>, string>> = {
  eq: '=',
  gt: '>',
  ge: '>=',
  lt: '<',
  le: '<=',
}

function compareSql(op: Comparison, a: Typed, b: Typed, exact: boolean): string {
  if (op === 'ne') return `(${a.sql} is distinct from ${b.sql})`
  if (op === 'eq' && !a.isLiteral && !b.isLiteral) return `(${a.sql} is not distinct from ${b.sql})`
  const sql = `(${a.sql} ${SIGNS[op]} ${b.sql})`
  return exact ? `coalesce(${sql}, false)` : sql
}
