import type { Group, Row } from './groups.ts'
import { allNear } from './near.ts'

/** One row, or several equal ones, that only one side has, or that both have with other values. */
export interface Unequal {
  readonly a?: Row
  readonly b?: Row
  readonly times: number
}

type Groups = AsyncIterator<Group>

/** Merges two streams of groups sorted by key and gives what is not the same in both, in that order. */
export async function* unequalRows(a: Groups, b: Groups): AsyncGenerator<Unequal> {
  let [left, right] = await Promise.all([a.next(), b.next()])
  while (!left.done || !right.done) {
    const order = compare(left, right)
    if (order < 0) yield* onlyIn('a', left.value)
    else if (order > 0) yield* onlyIn('b', right.value)
    else yield* within(left.value, right.value)
    const [nextLeft, nextRight] = [order <= 0 ? a.next() : left, order >= 0 ? b.next() : right] as const
    ;[left, right] = await Promise.all([nextLeft, nextRight])
  }
}

/** Hashes are plain ASCII, so that every engine and JavaScript sort them alike. */
function compare(left: IteratorResult<Group>, right: IteratorResult<Group>): number {
  if (left.done) return 1
  if (right.done || left.value.key < right.value.key) return -1
  return left.value.key > right.value.key ? 1 : 0
}

function* onlyIn(side: 'a' | 'b', group: Group): Generator<Unequal> {
  for (const row of group.rows) yield { [side]: row, times: row.count }
}

/** Pairs off the equal rows of one key; what is left over on both sides was changed, the rest is on one side only. */
function* within(left: Group, right: Group): Generator<Unequal> {
  const [lost, come] = leftOver(left.rows, right.rows)
  let [first, second] = [lost.next(), come.next()]
  while (!first.done || !second.done) {
    const [a, b] = [first.done ? undefined : first.value, second.done ? undefined : second.value]
    const times = Math.min(a?.count ?? MANY, b?.count ?? MANY)
    yield { ...(a && { a }), ...(b && { b }), times }
    if (a && take(a, times)) first = lost.next()
    if (b && take(b, times)) second = come.next()
  }
}

const MANY = Number.MAX_SAFE_INTEGER

/** Takes some of equal rows away; true when none is left. */
function take(row: Row, times: number): boolean {
  row.count -= times
  return row.count === 0
}

function leftOver(left: readonly Row[], right: readonly Row[]): [Iterator<Row>, Iterator<Row>] {
  const a = left.map((row) => ({ ...row }))
  const byHash = new Map<string, Row[]>()
  for (const row of right) byHash.set(row.hash, [...(byHash.get(row.hash) ?? []), { ...row }])
  for (const row of a) pairOff(row, byHash.get(row.hash) ?? [])
  const there = (rows: readonly Row[]) => rows.filter(({ count }) => count > 0).values()
  return [there(a), there([...byHash.values()].flat())]
}

function pairOff(row: Row, others: readonly Row[]): void {
  for (const other of others) {
    if (row.count === 0) return
    if (other.count === 0 || !allNear(row.doubles, other.doubles)) continue
    const pairs = Math.min(row.count, other.count)
    row.count -= pairs
    other.count -= pairs
  }
}
