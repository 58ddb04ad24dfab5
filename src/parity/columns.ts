import type { ExactKind, ParityDialect, ValueKind } from '../sql/parity-dialect.ts'
import type { EngineColumn } from './ask.ts'
import type { Side } from './side.ts'
import type { Both } from './types.ts'

/** A column that both sides have with the same meaning. */
export interface SharedColumn {
  /** In lower case. */
  readonly name: string
  readonly kind: ValueKind
  readonly of: Both<EngineColumn>
}

export interface Shared {
  readonly columns: readonly SharedColumn[]
  /** Columns that cannot be compared, as sentences. */
  readonly reasons: readonly string[]
}

/** Finds the columns two tables share, by name whatever its case, and says why the others are left out. */
export function sharedColumns(sides: Both<Side>, of: Both<readonly EngineColumn[]>): Shared {
  const [inA, inB] = [byName(of[0]), byName(of[1])]
  const columns: SharedColumn[] = []
  const reasons: string[] = []
  for (const name of new Set([...inA.keys(), ...inB.keys()])) {
    const found = shared(name, sides, inA.get(name), inB.get(name))
    if (typeof found === 'string') reasons.push(found)
    else columns.push(found)
  }
  return { columns, reasons }
}

const byName = (columns: readonly EngineColumn[]): ReadonlyMap<string, EngineColumn> =>
  new Map(columns.map((column) => [column.name.toLowerCase(), column]))

function shared(
  name: string,
  [a, b]: Both<Side>,
  inA: EngineColumn | undefined,
  inB: EngineColumn | undefined,
): SharedColumn | string {
  if (!inA || !inB) return `Column \`${name}\` is missing in ${inA ? b.name : a.name}.`
  const [kind, other] = [a.dialect.kind(inA.type), b.dialect.kind(inB.type)]
  if (kind !== undefined && kind === other) return { name, kind, of: [inA, inB] }
  return `Column \`${name}\` is ${inA.type} in ${a.name} and ${inB.type} in ${b.name}: ${kind === undefined || other === undefined ? 'that cannot be compared' : 'these are not the same kind of value'}.`
}

/** A column as one side compares it: its canonical text, and the name the queries give it. */
export interface ExactColumn {
  readonly name: string
  readonly kind: ExactKind
  /** `c0`, `c1`, ... */
  readonly alias: string
  readonly canonical: string
}

export interface DoubleColumn {
  readonly name: string
  readonly alias: string
  readonly value: string
}

/** A table as one side's queries see it. */
export interface Compared {
  readonly dialect: ParityDialect
  /** Quoted. */
  readonly table: string
  readonly exact: readonly ExactColumn[]
  readonly doubles: readonly DoubleColumn[]
  /** Aliases of the exact columns that tell rows apart. */
  readonly key: readonly string[]
}

/** One side of a table, with `key` as what tells rows apart. */
export function comparedOn(
  { dialect, table }: Side,
  name: string,
  columns: readonly SharedColumn[],
  side: 0 | 1,
  key: readonly string[],
): Compared {
  const exact: ExactColumn[] = []
  const doubles: DoubleColumn[] = []
  for (const [index, { name: column, kind, of }] of columns.entries()) {
    const { name: own, type } = of[side]
    const quoted = dialect.ident(own)
    if (kind === 'double') doubles.push({ name: column, alias: `d${index}`, value: dialect.double(quoted) })
    else
      exact.push({
        name: column,
        kind,
        alias: `c${index}`,
        canonical: dialect.canonical(quoted, kind, type),
      })
  }
  const keys = exact.filter((column) => key.includes(column.name)).map(({ alias }) => alias)
  return { dialect, table: table(name), exact, doubles, key: keys }
}

/** The grain if both sides have all of it and can compare it exactly; every exact column otherwise. */
export function keyOf(columns: readonly SharedColumn[], grain: readonly string[] | undefined): string[] {
  const exact = columns.filter(({ kind }) => kind !== 'double').map(({ name }) => name)
  const wanted = (grain ?? []).map((name) => name.toLowerCase())
  return wanted.length > 0 && wanted.every((name) => exact.includes(name)) ? wanted : exact
}
