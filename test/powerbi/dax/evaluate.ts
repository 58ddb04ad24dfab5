import { type Dax, parseDax } from './parse.ts'

/** Fixed decimals are whole ten-thousandths, as the engine keeps them. */
export class Fixed {
  readonly units: number
  constructor(units: number) {
    this.units = units
  }
  static of(value: number): Fixed {
    return new Fixed(Math.sign(value) * Math.round(Number((Math.abs(value) * 10_000).toPrecision(15))))
  }
}

/** null is BLANK; a date is its number of days. */
export type Value = number | string | boolean | Fixed | null
export type Row = Readonly<Record<string, Value>>

export interface TableData {
  readonly name: string
  readonly rows: readonly Row[]
  readonly measures: Readonly<Record<string, string>>
}

export interface Link {
  readonly from: { readonly table: string; readonly column: string }
  readonly to: { readonly table: string; readonly column: string }
  readonly isActive: boolean
}

/** What is left of one column's values. */
interface Filter {
  readonly table: string
  readonly column: string
  readonly passes: (value: Value) => boolean
}

interface Context {
  readonly filters: readonly Filter[]
  readonly links: readonly Link[]
}

interface Scope {
  readonly context: Context
  readonly vars: ReadonlyMap<string, Value>
  /** Values of the columns of the rows being gone through. */
  readonly row: ReadonlyMap<string, Value>
}

const keyOf = (table: string, column: string): string => `${table}[${column}]`

/**
 * Evaluates DAX over rows in memory, by what the language says of filter context, context transition, BLANK and fixed decimals.
 * `sensitive`: texts differ by case, as when a source answers; otherwise they do not, as in the engine's own memory.
 */
export class Evaluator {
  private readonly tables: ReadonlyMap<string, TableData>
  private readonly links: readonly Link[]
  private readonly sensitive: boolean
  private readonly measures = new Map<string, Dax>()
  private readonly indexes = new Map<string, ReadonlyMap<Value, Row>>()
  private readonly seen = new WeakMap<Filter, WeakMap<readonly Link[], Map<string, Uint8Array>>>()
  private readonly conditions = new Map<Dax, Filter>()

  constructor(tables: readonly TableData[], links: readonly Link[], sensitive = false) {
    this.tables = new Map(tables.map((table) => [table.name, table]))
    this.links = links
    this.sensitive = sensitive
    for (const { measures } of tables)
      for (const [name, text] of Object.entries(measures)) this.measures.set(name, parseDax(text))
  }

  /** A measure where some columns are left only some of their values. */
  measure(name: string, filters: readonly Filter[] = []): Value {
    const dax = this.measures.get(name)
    if (!dax) throw new Error(`no measure ${name}`)
    return this.value(dax, {
      context: { filters, links: this.links },
      vars: new Map(),
      row: new Map(),
    })
  }

  /** An expression for one row of a table, as a calculated column has it. */
  ofRow(text: string, table: string, row: Row): Value {
    return this.value(parseDax(text), {
      context: { filters: [], links: this.links },
      vars: new Map(),
      row: new Map(Object.entries(row).map(([column, value]) => [keyOf(table, column), value])),
    })
  }

  private value(dax: Dax, scope: Scope): Value {
    switch (dax.is) {
      case 'number':
      case 'text':
        return dax.value
      case 'column': {
        const key = keyOf(dax.table, dax.column)
        if (!scope.row.has(key)) throw new Error(`${key} outside of a row`)
        return scope.row.get(key) ?? null
      }
      case 'measure': {
        const body = this.measures.get(dax.name)
        if (!body) throw new Error(`no measure ${dax.name}`)
        return this.value(body, { ...scope, context: transition(scope), row: new Map(), vars: new Map() })
      }
      case 'name':
        if (!scope.vars.has(dax.name)) throw new Error(`no variable ${dax.name}`)
        return scope.vars.get(dax.name) ?? null
      case 'let': {
        let inner = scope
        for (const [name, of] of dax.vars)
          inner = { ...inner, vars: new Map([...inner.vars, [name, this.value(of, inner)]]) }
        return this.value(dax.body, inner)
      }
      case 'not':
        return !truthOf(this.value(dax.of, scope))
      case 'minus': {
        const of = this.value(dax.of, scope)
        return of === null ? null : of instanceof Fixed ? new Fixed(-of.units) : -numberOf(of)
      }
      case 'infix':
        return this.infix(dax, scope)
      case 'call':
        return this.call(dax.name, dax.args, scope)
      case 'table':
        throw new Error(`the table ${dax.name} is no value`)
    }
  }

  private infix({ sign, left, right }: Extract<Dax, { is: 'infix' }>, scope: Scope): Value {
    const a = this.value(left, scope)
    if (sign === '&&') return truthOf(a) && truthOf(this.value(right, scope))
    if (sign === '||') return truthOf(a) || truthOf(this.value(right, scope))
    const b = this.value(right, scope)
    switch (sign) {
      case '+':
        return a === null && b === null ? null : added(a, b, 1)
      case '-':
        return a === null && b === null ? null : added(a, b, -1)
      case '*':
        return a === null || b === null ? null : times(a, b)
      case '&':
        return `${textOf(a)}${textOf(b)}`
      case '==':
        return a === null || b === null ? a === b : this.compare(a, b) === 0
      default: {
        const order = this.compare(a, b)
        if (sign === '=') return order === 0
        if (sign === '<>') return order !== 0
        if (sign === '<') return order < 0
        if (sign === '<=') return order <= 0
        return sign === '>' ? order > 0 : order >= 0
      }
    }
  }

  /** BLANK is 0, FALSE or the empty text, whatever it meets. */
  private compare(a: Value, b: Value): number {
    if (typeof a === 'string' || typeof b === 'string') {
      const [x, y] = [textOf(a), textOf(b)].map((text) => (this.sensitive ? text : text.toLowerCase()))
      return (x ?? '') < (y ?? '') ? -1 : x === y ? 0 : 1
    }
    return numberOf(a) - numberOf(b)
  }

  private call(name: string, args: readonly Dax[], scope: Scope): Value {
    const arg = (at: number): Dax => {
      const found = args[at]
      if (!found) throw new Error(`${name} lacks an argument`)
      return found
    }
    switch (name) {
      case 'TRUE':
        return true
      case 'FALSE':
        return false
      case 'BLANK':
        return null
      case 'ISBLANK':
        return this.value(arg(0), scope) === null
      case 'LOWER': {
        const text = this.value(arg(0), scope)
        return text === null ? null : textOf(text).toLowerCase()
      }
      case 'IF':
        if (truthOf(this.value(arg(0), scope))) return this.value(arg(1), scope)
        return args[2] ? this.value(args[2], scope) : null
      case 'SWITCH':
        return this.choice(args, scope)
      case 'ROUND':
        return rounded(this.value(arg(0), scope), numberOf(this.value(arg(1), scope)))
      case 'CONVERT': {
        const of = this.value(arg(0), scope)
        return of === null ? null : numberOf(of)
      }
      case 'DIVIDE':
        return divided(this.value(arg(0), scope), this.value(arg(1), scope))
      case 'COUNTROWS': {
        const { length } = this.table(arg(0), scope)
        return length === 0 ? null : length
      }
      case 'SUM':
        return total(this.columnValues(arg(0), scope.context))
      case 'DISTINCTCOUNTNOBLANK': {
        const values = new Set(this.columnValues(arg(0), scope.context).map((value) => this.folded(value)))
        values.delete(null)
        return values.size === 0 ? null : values.size
      }
      case 'CALCULATE':
        return this.value(arg(0), {
          ...scope,
          context: this.narrowed(transition(scope), args.slice(1), scope),
          row: new Map(),
        })
      default:
        throw new Error(`${name} is not known here`)
    }
  }

  private choice([of, ...rest]: readonly Dax[], scope: Scope): Value {
    if (!of) return null
    const subject = this.value(of, scope)
    for (let at = 0; at + 1 < rest.length; at += 2) {
      const [when, then] = [rest[at], rest[at + 1]]
      if (!when || !then) break
      const value = this.value(when, scope)
      if (typeof subject === 'boolean' ? truthOf(value) === subject : this.compare(subject, value) === 0)
        return this.value(then, scope)
    }
    const last = rest.length % 2 === 1 ? rest.at(-1) : undefined
    return last ? this.value(last, scope) : null
  }

  /** The rows of a table expression, each with the columns it names. */
  private table(dax: Dax, scope: Scope): readonly ReadonlyMap<string, Value>[] {
    if (dax.is === 'table')
      return this.visible(dax.name, scope.context).map(
        (row) => new Map(Object.entries(row).map(([column, value]) => [keyOf(dax.name, column), value])),
      )
    if (dax.is !== 'call') throw new Error(`${dax.is} is no table`)
    const [first, second] = dax.args
    if (!first) throw new Error(`${dax.name} of nothing`)
    switch (dax.name) {
      case 'FILTER':
        return this.table(first, scope).filter((row) =>
          truthOf(this.value(second as Dax, { ...scope, row: new Map([...scope.row, ...row]) })),
        )
      case 'VALUES':
        return this.distinct(this.columnValues(first, scope.context), columnKey(first))
      case 'SUMMARIZE': {
        if (first.is !== 'table' || second?.is !== 'column') throw new Error('SUMMARIZE of what?')
        const path = this.pathFrom(first.name, second.table, scope.context)
        const values = this.visible(first.name, scope.context).map((row) =>
          path ? (this.along(row, path)?.[second.column] ?? null) : null,
        )
        return this.distinct(values, columnKey(second))
      }
      case 'CALCULATETABLE':
        return this.table(first, {
          ...scope,
          context: this.narrowed(transition(scope), dax.args.slice(1), scope),
          row: new Map(),
        })
      default:
        throw new Error(`${dax.name} is no table here`)
    }
  }

  private distinct(values: readonly Value[], key: string): readonly ReadonlyMap<string, Value>[] {
    const found = new Map<Value, Value>()
    for (const value of values) found.set(this.folded(value), value)
    return [...found.values()].map((value) => new Map([[key, value]]))
  }

  private folded(value: Value): Value {
    if (value instanceof Fixed) return value.units
    return typeof value === 'string' && !this.sensitive ? value.toLowerCase() : value
  }

  private columnValues(dax: Dax, context: Context): readonly Value[] {
    if (dax.is !== 'column') throw new Error('a column expected')
    return this.visible(dax.table, context).map((row) => {
      if (!(dax.column in row)) throw new Error(`no column ${keyOf(dax.table, dax.column)}`)
      return row[dax.column] ?? null
    })
  }

  private narrowed(context: Context, args: readonly Dax[], scope: Scope): Context {
    let { filters, links } = context
    for (const one of args) {
      if (one.is === 'call' && one.name === 'USERELATIONSHIP') links = switched(links, one.args)
      else if (one.is === 'call' && one.name === 'DATEADD')
        filters = this.shifted(one.args, { filters, links: scope.context.links })
      else filters = this.withCondition(filters, one)
    }
    return { filters, links }
  }

  /** A condition on one column takes the place of what was asked of it before, unless that is kept. */
  private withCondition(filters: readonly Filter[], dax: Dax): readonly Filter[] {
    const isKept = dax.is === 'call' && dax.name === 'KEEPFILTERS'
    const filter = this.conditions.get(dax) ?? this.condition(isKept ? (dax.args[0] as Dax) : dax)
    this.conditions.set(dax, filter)
    const { table, column } = filter
    const kept = isKept ? filters : filters.filter((one) => one.table !== table || one.column !== column)
    return [...kept, filter]
  }

  private condition(dax: Dax): Filter {
    const columns = new Map(
      columnsIn(dax).map(([table, column]) => [keyOf(table, column), [table, column] as const]),
    )
    const [only] = [...columns.values()]
    if (!only || columns.size !== 1) throw new Error('a condition is about one column')
    const [table, column] = only
    const context = { filters: [], links: this.links }
    const passes = (value: Value): boolean =>
      truthOf(this.value(dax, { context, vars: new Map(), row: new Map([[keyOf(table, column), value]]) }))
    return { table, column, passes }
  }

  /** The days that are left, moved; of a date table, all other filters go. */
  private shifted([of, by, unit]: readonly Dax[], context: Context): readonly Filter[] {
    if (of?.is !== 'column' || unit?.is !== 'name' || unit.name !== 'YEAR')
      throw new Error('DATEADD of what?')
    const years = numberOf(this.value(by as Dax, { context, vars: new Map(), row: new Map() }))
    const days = this.columnValues(of, context)
    const all = new Set((this.tables.get(of.table)?.rows ?? []).map((row) => row[of.column] ?? null))
    const moved = new Set(days.map((day) => movedYears(numberOf(day), years)).filter((day) => all.has(day)))
    return [
      ...context.filters.filter(({ table }) => table !== of.table),
      { table: of.table, column: of.column, passes: (value) => moved.has(value as number) },
    ]
  }

  /** Rows that pass every filter that reaches them, from their own table or along relationships to the one side. */
  private visible(name: string, context: Context): readonly Row[] {
    const table = this.tables.get(name)
    if (!table) throw new Error(`no table ${name}`)
    const passing = context.filters.flatMap((filter) => this.passing(table, filter, context) ?? [])
    return table.rows.filter((_, at) => passing.every((rows) => rows[at] === 1))
  }

  /** Which rows pass one filter; undefined where it does not reach the table. */
  private passing(table: TableData, filter: Filter, { links }: Context): Uint8Array | undefined {
    const known = this.seen.get(filter)?.get(links)?.get(table.name)
    if (known) return known
    const path = this.pathFrom(table.name, filter.table, { filters: [], links })
    if (!path) return undefined
    const rows = Uint8Array.from(table.rows, (row) =>
      filter.passes(this.along(row, path)?.[filter.column] ?? null) ? 1 : 0,
    )
    const byLinks = this.seen.get(filter) ?? new WeakMap()
    this.seen.set(filter, byLinks)
    const byTable = byLinks.get(links) ?? new Map()
    byLinks.set(links, byTable.set(table.name, rows))
    return rows
  }

  private pathFrom(from: string, to: string, { links }: Context): readonly Link[] | undefined {
    if (from === to) return []
    for (const link of links.filter((one) => one.isActive && one.from.table === from)) {
      const rest = this.pathFrom(link.to.table, to, { filters: [], links })
      if (rest) return [link, ...rest]
    }
    return undefined
  }

  /** Nothing where no row is related: all its columns are BLANK. */
  private along(row: Row, path: readonly Link[]): Row | undefined {
    let at: Row | undefined = row
    for (const { from, to } of path) {
      const key: Value = at?.[from.column] ?? null
      at = key === null ? undefined : this.index(to.table, to.column).get(this.folded(key))
    }
    return at
  }

  private index(table: string, column: string): ReadonlyMap<Value, Row> {
    const key = keyOf(table, column)
    const known = this.indexes.get(key)
    if (known) return known
    const made = new Map<Value, Row>()
    for (const row of this.tables.get(table)?.rows ?? []) {
      const value = this.folded(row[column] ?? null)
      if (value === null || made.has(value)) throw new Error(`${key} is no key: ${String(value)}`)
      made.set(value, row)
    }
    this.indexes.set(key, made)
    return made
  }
}

/** The row being gone through becomes a filter on each of its columns. */
function transition({ context, row }: Scope): Context {
  let { filters } = context
  for (const [key, value] of row) {
    const [, table = '', column = ''] = /^(.*?)\[(.*)\]$/.exec(key) ?? []
    filters = [
      ...filters.filter((one) => one.table !== table || one.column !== column),
      { table, column, passes: (other) => other === value },
    ]
  }
  return { ...context, filters }
}

function switched(links: readonly Link[], [from, to]: readonly Dax[]): readonly Link[] {
  const isIt = (link: Link) =>
    from?.is === 'column' &&
    to?.is === 'column' &&
    keyOf(link.from.table, link.from.column) === keyOf(from.table, from.column) &&
    keyOf(link.to.table, link.to.column) === keyOf(to.table, to.column)
  if (!links.some(isIt)) throw new Error('USERELATIONSHIP of no relationship')
  return links.map((link) => (isIt(link) ? { ...link, isActive: true } : link))
}

const columnKey = (dax: Dax): string => (dax.is === 'column' ? keyOf(dax.table, dax.column) : '')

function columnsIn(dax: Dax): readonly (readonly [string, string])[] {
  switch (dax.is) {
    case 'column':
      return [[dax.table, dax.column]]
    case 'infix':
      return [...columnsIn(dax.left), ...columnsIn(dax.right)]
    case 'not':
    case 'minus':
      return columnsIn(dax.of)
    case 'call':
      return dax.args.flatMap(columnsIn)
    default:
      return []
  }
}

const truthOf = (value: Value): boolean => (typeof value === 'boolean' ? value : numberOf(value) !== 0)

export function numberOf(value: Value): number {
  if (value === null) return 0
  if (value instanceof Fixed) return value.units / 10_000
  if (typeof value === 'string') throw new Error(`${value} is no number`)
  return Number(value)
}

const textOf = (value: Value): string =>
  value === null ? '' : value instanceof Fixed ? String(numberOf(value)) : String(value)

function added(a: Value, b: Value, sign: 1 | -1): Value {
  if (a instanceof Fixed || b instanceof Fixed) return new Fixed(unitsOf(a) + sign * unitsOf(b))
  return numberOf(a) + sign * numberOf(b)
}

const unitsOf = (value: Value): number =>
  value instanceof Fixed ? value.units : Fixed.of(numberOf(value)).units

function times(a: Value, b: Value): Value {
  if (a instanceof Fixed && !(b instanceof Fixed)) return Fixed.of((a.units / 10_000) * numberOf(b))
  if (b instanceof Fixed && !(a instanceof Fixed)) return Fixed.of((b.units / 10_000) * numberOf(a))
  return numberOf(a) * numberOf(b)
}

/** A fixed decimal by a number stays one: four places. */
function divided(a: Value, b: Value): Value {
  if (a === null || b === null || numberOf(b) === 0) return null
  const quotient = numberOf(a) / numberOf(b)
  return a instanceof Fixed && !(b instanceof Fixed) ? Fixed.of(quotient) : quotient
}

/** Half away from zero, of what a decimal of 15 digits shows. */
function rounded(value: Value, places: number): Value {
  if (value === null) return null
  const power = 10 ** places
  const number = numberOf(value)
  return (Math.sign(number) * Math.round(Number((Math.abs(number) * power).toPrecision(15)))) / power
}

function total(values: readonly Value[]): Value {
  const known = values.filter((value) => value !== null)
  if (known.length === 0) return null
  if (known.some((value) => value instanceof Fixed))
    return new Fixed(known.reduce<number>((sum, value) => sum + unitsOf(value), 0))
  return known.reduce<number>((sum, value) => sum + numberOf(value), 0)
}

const DAY = 86_400_000
function movedYears(day: number, years: number): number {
  const date = new Date(day * DAY)
  const month = date.getUTCMonth()
  const moved = new Date(Date.UTC(date.getUTCFullYear() + years, month, date.getUTCDate()))
  if (moved.getUTCMonth() !== month) moved.setUTCDate(0)
  return moved.getTime() / DAY
}
