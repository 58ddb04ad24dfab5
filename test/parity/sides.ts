import { duckdb } from '../../src/engines/duckdb/index.ts'
import { parity } from '../../src/engines/duckdb/parity.ts'
import type { Session } from '../../src/engines/engine.ts'
import type { Pii } from '../../src/model/types.ts'
import { compareGold } from '../../src/parity/compare.ts'
import type { Side, SideState } from '../../src/parity/side.ts'
import type { ParityCertificate, TableParity } from '../../src/parity/types.ts'
import { all } from '../../src/run/execute.ts'

/** Gold in a DuckDB in memory, made by the statements. */
export async function duckSide(
  name: string,
  statements: readonly string[],
  states: readonly SideState[] = [{}],
  memory?: string,
): Promise<Side> {
  const session = await duckdb.connect({ threads: 1, ...(memory === undefined ? {} : { memory }) })
  await fill(session, statements)
  return sideOf(name, session, states)
}

const fill = (session: Session, statements: readonly string[]): Promise<void> =>
  session.execute(['drop schema if exists gold cascade', 'create schema gold', ...statements])

function sideOf(name: string, session: Session, states: readonly SideState[]): Side {
  let asked = 0
  return {
    name,
    engine: 'duckdb',
    place: `memory of ${name}`,
    session,
    dialect: parity,
    async tables() {
      const rows = await all(
        session,
        "select table_name as it from information_schema.tables where table_schema = 'gold'",
      )
      return rows.map(({ it }) => String(it))
    },
    table: (table) => `gold.${parity.ident(table)}`,
    state: async () => states[Math.min(asked++, states.length - 1)] ?? {},
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  }
}

export interface Asked {
  readonly grain?: readonly string[]
  readonly pii?: Readonly<Record<string, Pii>>
  readonly show?: number
}

let sessions: Promise<readonly [Session, Session]> | undefined

/** What a comparison of two made-up sides says; every table's grain is `grain`, columns are impersonal unless said. */
export async function compared(
  a: readonly string[],
  b: readonly string[],
  asked: Asked = {},
): Promise<ParityCertificate> {
  sessions ??= Promise.all([duckdb.connect({ threads: 1 }), duckdb.connect({ threads: 1 })])
  const [left, right] = await sessions
  await Promise.all([fill(left, a), fill(right, b)])
  return compareSides(sideOf('a', left, []), sideOf('b', right, []), asked)
}

export const compareSides = (
  a: Side,
  b: Side,
  { grain, pii = {}, show = 5 }: Asked,
): Promise<ParityCertificate> =>
  compareGold(a, b, {
    program: 'test',
    grains: { get: () => grain } as unknown as ReadonlyMap<string, readonly string[]>,
    pii: async () => (_, column) => pii[column] ?? 'none',
    show,
  })

/** The comparison of one table `t` that holds other rows on each side. */
export async function table(columns: string, a: string, b: string, asked: Asked = {}): Promise<TableParity> {
  const made = (rows: string) => [
    `create table gold.t (${columns})`,
    ...(rows === '' ? [] : [`insert into gold.t values ${rows}`]),
  ]
  const { tables } = await compared(made(a), made(b), asked)
  const [found] = tables
  if (!found || tables.length !== 1) throw new Error('one table was to be compared')
  return found
}
