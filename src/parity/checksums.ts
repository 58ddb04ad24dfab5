import { createHash } from 'node:crypto'
import { onlyRow, rowsOf } from './ask.ts'
import type { Compared } from './columns.ts'
import type { Side } from './side.ts'
import { checksumSql, sharesSql } from './statements.ts'
import type { Both } from './types.ts'

/** What one scan says of a table. Checksums are sums of hashes as decimal text. */
export interface Checksums {
  readonly rows: number
  /** Of whole rows without doubles. */
  readonly whole: readonly [string, string]
  /** By column; doubles have no sum. */
  readonly columns: ReadonlyMap<string, { readonly filled: number; readonly sum?: string }>
}

export async function checksumsOf(side: Side, compared: Compared, signal?: AbortSignal): Promise<Checksums> {
  const row = await onlyRow(side, checksumSql(compared), signal)
  const [rows, first, second, ...rest] = row
  const { exact, doubles } = compared
  const sums = exact.map(
    ({ name }, index) =>
      [name, { filled: Number(rest[2 * index]), sum: String(rest[2 * index + 1]) }] as const,
  )
  const counts = doubles.map(
    ({ name }, index) => [name, { filled: Number(rest[2 * exact.length + index]) }] as const,
  )
  return {
    rows: Number(rows),
    whole: [String(first), String(second)],
    columns: new Map([...sums, ...counts]),
  }
}

/** What two comparisons at different times may be compared by: 32 hexadecimal digits. */
export const fingerprint = ({ rows, whole }: Checksums): string =>
  createHash('sha256')
    .update([rows, ...whole].join())
    .digest('hex')
    .slice(0, 32)

/** Names of the shares of the keys that are not the same on both sides, sorted. */
export async function unequalShares(
  sides: Both<Side>,
  compared: Both<Compared>,
  digits: number,
  signal?: AbortSignal,
): Promise<string[]> {
  const [a, b] = await Promise.all([
    sharesOf(sides[0], compared[0], digits, signal),
    sharesOf(sides[1], compared[1], digits, signal),
  ])
  const names = new Set([...a.keys(), ...b.keys()])
  return [...names].filter((name) => a.get(name) !== b.get(name)).sort()
}

async function sharesOf(
  side: Side,
  compared: Compared,
  digits: number,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const shares = new Map<string, string>()
  for await (const [name, ...sums] of rowsOf(side, sharesSql(compared, digits), signal))
    shares.set(String(name), sums.join())
  return shares
}
