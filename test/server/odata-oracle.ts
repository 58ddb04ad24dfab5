import type { Random } from '../support/random.ts'

export type Value = string | number | boolean | null
export type Row = Readonly<Record<string, Value>>

/** A filter in the words of OData, and what it says of a row, worked out here and nowhere in the program. */
export interface RandomFilter {
  readonly text: string
  /** Three-valued: null where OData says null. */
  readonly of: (row: Row) => Value
}

type Kind = 'text' | 'number' | 'date' | 'instant' | 'boolean'

const COLUMNS: Readonly<Record<Kind, readonly string[]>> = {
  text: ['payment_method', 'status', 'customer_id', 'channel', 'product_id'],
  number: ['amount', 'quantity', 'hour_of_day', 'iso_weekday'],
  date: ['local_date'],
  instant: ['occurred_at'],
  boolean: ['is_sale'],
}
const LITERALS: Readonly<Record<Exclude<Kind, 'boolean'>, readonly (readonly [string, Value])[]>> = {
  text: [
    ["'O''Brien'", "O'Brien"],
    ["''", ''],
    ["'Ann'", 'Ann'],
    ["'a'", 'a'],
    ["'%'", '%'],
    ["'1'", '1'],
    ["'\\'", '\\'],
    ["'é'", 'é'],
  ],
  number: [
    ['0', 0],
    ['5', 5],
    ['-3', -3],
    ['7.50', 7.5],
    ['2.5e0', 2.5],
    ['10', 10],
  ],
  date: [
    ['2024-02-02', '2024-02-02'],
    ['2024-05-20', '2024-05-20'],
  ],
  instant: [
    ['2024-02-02T01:30:01Z', '2024-02-02T01:30:01Z'],
    ['2024-05-14T07:30:00+02:00', '2024-05-14T05:30:00Z'],
  ],
}

type Pick = (random: Random, depth: number) => RandomFilter

const column = (random: Random, kind: Kind): RandomFilter => {
  const name = random.pick(COLUMNS[kind])
  return { text: name, of: (row) => row[name] ?? null }
}

const literal = (random: Random, kind: Exclude<Kind, 'boolean'>): RandomFilter => {
  const [text, value] = random.pick(LITERALS[kind])
  return { text, of: () => value }
}

/** A function of null is null. */
const call = (
  name: string,
  args: readonly RandomFilter[],
  of: (...values: never[]) => Value,
): RandomFilter => ({
  text: `${name}(${args.map(({ text }) => text).join(',')})`,
  of: (row) => {
    const values = args.map((arg) => arg.of(row))
    return values.includes(null) ? null : of(...(values as never[]))
  },
})

const letters = (text: string) => [...text]

const textCalls: readonly Pick[] = [
  (r, d) => call('tolower', [text(r, d)], (x: string) => x.toLowerCase()),
  (r, d) => call('toupper', [text(r, d)], (x: string) => x.toUpperCase()),
  (r, d) => call('trim', [text(r, d)], (x: string) => x.replaceAll(/^ +| +$/g, '')),
  (r, d) => call('concat', [text(r, d), text(r, d)], (x: string, y: string) => x + y),
  (r, d) =>
    call('substring', [text(r, d), literal(r, 'number')].map(wholeOnly), (x: string, n: number) =>
      letters(x).slice(Math.max(n, 0)).join(''),
    ),
]

/** Positions are whole numbers. */
function wholeOnly(arg: RandomFilter, i: number): RandomFilter {
  return i === 0 ? arg : { text: '1', of: () => 1 }
}

const text: Pick = (random, depth) => {
  if (depth <= 0 || random.chance(0.6))
    return random.chance(0.6) ? column(random, 'text') : literal(random, 'text')
  return random.pick(textCalls)(random, depth - 1)
}

const part =
  (name: string, kind: 'date' | 'instant', from: number, to: number): Pick =>
  (random) =>
    call(name, [column(random, kind)], (x: string) => Number(x.slice(from, to)))

const numberCalls: readonly Pick[] = [
  (r, d) => call('length', [text(r, d)], (x: string) => letters(x).length),
  (r, d) => call('indexof', [text(r, d), text(r, d)], (x: string, y: string) => x.indexOf(y)),
  (r) => call('floor', [column(r, 'number')], (x: number) => Math.floor(x)),
  (r) => call('ceiling', [column(r, 'number')], (x: number) => Math.ceil(x)),
  (r) => call('round', [column(r, 'number')], (x: number) => Math.sign(x) * Math.round(Math.abs(x))),
  part('year', 'date', 0, 4),
  part('month', 'instant', 5, 7),
  part('day', 'date', 8, 10),
  part('hour', 'instant', 11, 13),
  part('minute', 'instant', 14, 16),
  part('second', 'instant', 17, 19),
]

const number: Pick = (random, depth) => {
  if (depth <= 0 || random.chance(0.5)) return column(random, 'number')
  return random.pick(numberCalls)(random, depth - 1)
}

const date: Pick = (random) =>
  random.chance(0.5)
    ? column(random, 'date')
    : call('date', [column(random, 'instant')], (x: string) => x.slice(0, 10))

const operands: Readonly<Record<Exclude<Kind, 'boolean'>, Pick>> = {
  text,
  number,
  date,
  instant: (random) => column(random, 'instant'),
}

const KINDS = ['text', 'number', 'date', 'instant'] as const
const OPS = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const

/** Texts are compared by their bytes, as the warehouse does. */
function order(a: Value, b: Value): number {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b))
  return Number(a) - Number(b)
}

function compared(op: (typeof OPS)[number], a: Value, b: Value): boolean {
  if (op === 'eq') return a === b
  if (op === 'ne') return a !== b
  if (a === null || b === null) return false
  const by = order(a, b)
  return op === 'gt' ? by > 0 : op === 'ge' ? by >= 0 : op === 'lt' ? by < 0 : by <= 0
}

const comparison: Pick = (random, depth) => {
  const kind = random.pick(KINDS)
  const op = random.pick(OPS)
  const left = operands[kind](random, depth)
  const none: RandomFilter = { text: 'null', of: () => null }
  const right = random.chance(0.15)
    ? none
    : random.chance(0.7)
      ? literal(random, kind)
      : operands[kind](random, depth)
  return { text: `${left.text} ${op} ${right.text}`, of: (row) => compared(op, left.of(row), right.of(row)) }
}

const among: Pick = (random, depth) => {
  const kind = random.pick(KINDS)
  const x = operands[kind](random, depth)
  const list = [
    literal(random, kind),
    literal(random, kind),
    ...(random.chance(0.3) ? [{ text: 'null', of: () => null }] : []),
  ]
  return {
    text: `${x.text} in (${list.map((one) => one.text).join(',')})`,
    of: (row) => list.some((one) => one.of(row) === x.of(row)),
  }
}

const test: Pick = (random, depth) => {
  const tests = {
    contains: (x: string, y: string) => x.includes(y),
    startswith: (x: string, y: string) => x.startsWith(y),
    endswith: (x: string, y: string) => x.endsWith(y),
  }
  const name = random.pick(['contains', 'startswith', 'endswith'] as const)
  return call(name, [text(random, depth), text(random, depth)], tests[name])
}

const joined =
  (word: 'and' | 'or'): Pick =>
  (random, depth) => {
    const parts = [randomFilter(random, depth - 1), randomFilter(random, depth - 1)]
    // Whichever decides, decides; otherwise one null makes it null.
    const decisive = word === 'or'
    return {
      text: `(${parts.map((one) => one.text).join(` ${word} `)})`,
      of: (row) => {
        const values = parts.map((one) => one.of(row))
        return values.includes(decisive) ? decisive : values.includes(null) ? null : !decisive
      },
    }
  }

const negated: Pick = (random, depth) => {
  const inner = randomFilter(random, depth - 1)
  return {
    text: `not (${inner.text})`,
    of: (row) => {
      const value = inner.of(row)
      return value === null ? null : !value
    },
  }
}

/** A truth compared with another: a function of null is null here, and equal to nothing but null. */
const judged: Pick = (random, depth) => {
  const inner = randomFilter(random, depth - 1)
  const wanted = random.chance(0.5)
  return { text: `(${inner.text}) eq ${wanted}`, of: (row) => inner.of(row) === wanted }
}

export function randomFilter(random: Random, depth: number): RandomFilter {
  const simple = [comparison, comparison, among, test, (r: Random) => column(r, 'boolean')]
  if (depth <= 0) return random.pick(simple)(random, 1)
  return random.pick([...simple, joined('and'), joined('or'), joined('or'), negated, negated, judged])(
    random,
    depth,
  )
}
