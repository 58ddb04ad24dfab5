import type { Side, SideState } from './side.ts'
import { compareTable, type TablePair, worst } from './tables.ts'
import type { Both, ParityCertificate, ParityOptions, SideSeen, TableParity } from './types.ts'

/**
 * Whether two places hold the same gold: every table of either side, one scan per table and side, and for tables that
 * differ the first differing rows. Fails as the sides' sessions do.
 */
export async function compareGold(a: Side, b: Side, options: ParityOptions): Promise<ParityCertificate> {
  const now = options.now ?? (() => new Date())
  const sides = [a, b] as const
  const startedAt = now().toISOString()
  const before = await states(sides)
  const pairs = await tablePairs(sides, options.signal)
  const tables: TableParity[] = []
  for (const [index, pair] of pairs.entries()) {
    options.onTable?.(pair.name, index, pairs.length)
    tables.push(await compareTable(sides, pair, options))
  }
  const after = await states(sides)
  const reasons = [
    ...(pairs.length === 0 ? ['Neither side has a table of gold.'] : []),
    ...sides.flatMap(({ name }, at) => (same(before[at], after[at]) ? [] : [replacedMeanwhile(name)])),
  ]
  return {
    format: 1,
    verdict: worst([
      ...tables.map(({ verdict }) => verdict),
      ...reasons.map(() => 'not_comparable' as const),
    ]),
    program: options.program,
    startedAt,
    finishedAt: now().toISOString(),
    sides: [seen(a, before[0]), seen(b, before[1])],
    reasons,
    tables,
  }
}

const states = ([a, b]: Both<Side>): Promise<Both<SideState>> => Promise.all([a.state(), b.state()])

const same = (before: SideState | undefined, after: SideState | undefined): boolean =>
  before?.version === after?.version && before?.runId === after?.runId && before?.builtAt === after?.builtAt

const replacedMeanwhile = (name: string): string =>
  `The gold of ${name} was replaced during the comparison: compare again.`

const seen = ({ name, engine, place }: Side, state: SideState): SideSeen => ({
  name,
  engine,
  place,
  ...state,
})

/** Every table of either side, by its name in lower case. */
async function tablePairs([a, b]: Both<Side>, signal?: AbortSignal): Promise<TablePair[]> {
  const [inA, inB] = await Promise.all([a.tables(signal), b.tables(signal)])
  const named = (tables: readonly string[]) => new Map(tables.map((name) => [name.toLowerCase(), name]))
  const [left, right] = [named(inA), named(inB)]
  return [...new Set([...left.keys(), ...right.keys()])]
    .sort()
    .map((name) => ({ name, of: [left.get(name), right.get(name)] as const }))
}
