import type { Kind } from './edm.ts'

/** What an argument may be. */
export type Takes = 'text' | 'whole' | 'number' | 'day' | 'instant'

export interface OdataFunction {
  /** Of each argument; those beyond `least` may be left out. */
  readonly takes: readonly Takes[]
  readonly least: number
  /** Of the result; `same` is that of the first argument. */
  readonly gives: Kind | 'same'
  /** SQL over SQL. NULL in, NULL out. */
  readonly sql: (args: readonly string[]) => string
}

export const takesKinds: Readonly<Record<Takes, readonly Kind[]>> = {
  text: ['text'],
  whole: ['integer'],
  number: ['integer', 'decimal', 'double'],
  day: ['date', 'instant'],
  instant: ['instant'],
}

const make = (
  takes: readonly Takes[],
  gives: OdataFunction['gives'],
  sql: (a: string, b: string, c: string | undefined) => string,
  least = takes.length,
): OdataFunction => ({ takes, least, gives, sql: ([a = '', b = '', c]) => sql(a, b, c) })

/** Characters are counted from 0 in OData, from 1 in SQL; before the first one is the first. */
const substring = (x: string, from: string, length: string | undefined): string =>
  length === undefined
    ? `substr(${x}, greatest(${from}, 0) + 1)`
    : `substr(${x}, greatest(${from}, 0) + 1, greatest(${length}, 0))`

const part = (takes: Takes, name: string) => make([takes], 'integer', (x) => `${name}(${x})`)
const cased = (name: string) => make(['text'], 'text', (x) => `${name}(${x})`)
const test = (name: string) => make(['text', 'text'], 'boolean', (x, y) => `${name}(${x}, ${y})`)
const rounded = (name: string) => make(['number'], 'same', (x) => `${name}(${x})`)

const functions: Readonly<Record<string, OdataFunction>> = {
  contains: test('contains'),
  startswith: test('starts_with'),
  endswith: test('ends_with'),
  tolower: cased('lower'),
  toupper: cased('upper'),
  trim: cased('trim'),
  length: make(['text'], 'integer', (x) => `length(${x})`),
  indexof: make(['text', 'text'], 'integer', (x, y) => `(instr(${x}, ${y}) - 1)`),
  substring: make(['text', 'whole', 'whole'], 'text', substring, 2),
  concat: make(['text', 'text'], 'text', (x, y) => `(${x} || ${y})`),
  year: part('day', 'year'),
  month: part('day', 'month'),
  day: part('day', 'day'),
  hour: part('instant', 'hour'),
  minute: part('instant', 'minute'),
  second: part('instant', 'second'),
  date: make(['instant'], 'date', (x) => `cast(${x} as date)`),
  round: rounded('round'),
  floor: rounded('floor'),
  ceiling: rounded('ceil'),
}

export const functionNamed = (name: string): OdataFunction | undefined =>
  Object.hasOwn(functions, name) ? functions[name] : undefined
