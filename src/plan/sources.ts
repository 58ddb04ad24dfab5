import { entityNamed } from '../model/entities.ts'
import type { Contract, Project } from '../project/types.ts'
import { type Deliveries, standing } from './deliveries.ts'
import { accountingQuery, forgetSource, mergeStatements, rebuildStatements } from './silver.ts'
import { rewriteStatements } from './silver-rewrite.ts'
import type { SourceContext } from './source-context.ts'
import { heldReferences, parentsOf, silverHash } from './stage.ts'
import type {
  BronzeTable,
  BuiltFrom,
  BuiltSource,
  Decision,
  Delivery,
  PlanInput,
  SourceMode,
  SourceStep,
  Step,
} from './types.ts'

type Base = { readonly version: number; readonly builtFrom: BuiltFrom } | undefined

/** What is to be done with one source, and why. */
type Verdict =
  | { readonly mode: 'rebuild'; readonly why: readonly string[] }
  | {
      readonly mode: 'merge'
      readonly why: readonly string[]
      readonly added: readonly Delivery[]
      readonly retryOrphans: boolean
      readonly decidedRows: readonly { readonly delivery: number; readonly row: number }[]
    }
  | undefined

const EMPTY: BronzeTable = { columns: [], deliveries: [] }

/** Silver, source by source, parents before the children that hold back their orphans. */
export function planSources(input: PlanInput, base: Base) {
  const { project, lake } = input
  const modes = new Map<string, SourceMode>()
  const steps: SourceStep[] = []
  const builtFrom: Record<string, BuiltSource> = {}
  for (const contract of parentsFirst(input)) {
    const bronze = lake.sources[contract.source] ?? EMPTY
    const deliveries = standing(contract, bronze, lake.decisions.list)
    const verdict = judge(input, base, contract, bronze, deliveries, modes)
    builtFrom[contract.source] = {
      contract: silverHash(project, contract),
      deliveries: deliveries.active.map(({ delivery }) => delivery),
      known: Math.max(0, ...bronze.deliveries.map(({ delivery }) => delivery)),
      decisions: lastDecision(lake.decisions.list, contract.source),
    }
    if (!verdict) continue
    modes.set(contract.source, verdict.mode)
    const needs = steps.map(({ name }) => name).filter((name) => areLinked(project, contract.source, name))
    steps.push({ ...sourceStep(input, contract, bronze, deliveries, verdict, base), needs })
  }
  return {
    steps,
    builtFrom,
    drops: dropped(input, base, new Set(project.contracts.map(({ source }) => source))),
  }
}

/** One of them is checked against rows of the other. */
function areLinked(project: Project, one: string, other: string): boolean {
  const reads = (from: string, to: string) =>
    project.contracts
      .filter(({ source }) => source === from)
      .some((contract) => parentSources(project, contract).includes(to))
  return reads(one, other) || reads(other, one)
}

const parentSources = (project: Project, contract: Contract): string[] =>
  heldReferences(project, contract).flatMap((column) =>
    parentsOf(project, contract, column).map(({ source }) => source),
  )

function sourceStep(
  { dialect: d, project, lake }: PlanInput,
  contract: Contract,
  bronze: BronzeTable,
  deliveries: Deliveries,
  verdict: NonNullable<Verdict>,
  base: Base,
): Omit<SourceStep, 'needs'> {
  const decided = lake.decisions.list.some(
    ({ source, row }) => source === contract.source && row !== undefined,
  )
  const afresh = base === undefined
  const context: SourceContext = { d, project, contract, bronze, deliveries, decided, afresh }
  const rebuild = d.rewrites ? rewriteStatements : rebuildStatements
  const statements = verdict.mode === 'rebuild' ? rebuild(context) : mergeStatements(context, verdict)
  return {
    kind: 'source',
    name: contract.source,
    mode: base?.builtFrom.sources[contract.source] ? verdict.mode : 'rebuild',
    why: verdict.why,
    statements,
    accounting: accountingQuery(context, bronze.deliveries),
    ...(contract.load === 'full' ? { held: heldQuery(context) } : {}),
  }
}

const heldQuery = ({ d, contract }: SourceContext): string =>
  `select delivery, would_delete, living from ${d.table('silver', '_held')} where source = ${d.literal(contract.source)} order by delivery`

function judge(
  { project, lake }: PlanInput,
  base: Base,
  contract: Contract,
  bronze: BronzeTable,
  deliveries: Deliveries,
  modes: ReadonlyMap<string, SourceMode>,
): Verdict {
  const previous = base?.builtFrom.sources[contract.source]
  if (!base || !previous) return { mode: 'rebuild', why: [base ? 'new source' : 'first build'] }
  const fresh = lake.decisions.list.filter(
    ({ id, source }) => source === contract.source && id > previous.decisions,
  )
  const added = deliveries.active.filter(({ delivery }) => !previous.deliveries.includes(delivery))
  const parents = heldReferences(project, contract)
    .flatMap((column) => parentsOf(project, contract, column))
    .map((parent) => ({ source: parent.source, mode: modes.get(parent.source), loses: canLoseIds(parent) }))
  const rebuild = [
    ...(silverHash(project, contract) === previous.contract ? [] : ['the contract changed']),
    ...withdrawn(bronze, deliveries, previous),
    ...decisionsThatRebuild(lake.decisions.list, fresh, previous, base.version),
    ...parents.filter(({ mode }) => mode === 'rebuild').map(({ source }) => `${source} was rebuilt`),
    ...parents
      .filter(({ mode, loses }) => mode === 'merge' && loses)
      .map(({ source }) => `${source} changed`),
  ]
  if (rebuild.length > 0) return { mode: 'rebuild', why: rebuild }
  const retry = parents.filter(({ mode }) => mode === 'merge').map(({ source }) => source)
  const decidedRows = fresh.flatMap(({ delivery, row }) => (row === undefined ? [] : [{ delivery, row }]))
  const why = [
    ...(added.length > 0 ? [`new: ${names(added)}`] : []),
    ...retry.map((source) => `orphans may have found their parents in ${source}`),
    ...(decidedRows.length > 0
      ? [`${decidedRows.length} decided row${decidedRows.length > 1 ? 's' : ''}`]
      : []),
  ]
  if (why.length === 0) return undefined
  // What a full load took away is known only from all loads together.
  if (contract.load === 'full') return { mode: 'rebuild', why }
  return { mode: 'merge', why, added, retryOrphans: retry.length > 0, decidedRows }
}

/** A newer row of the same key may carry another id where the key is not the id itself: what referred to it is then an orphan. */
function canLoseIds({ entity, key }: Contract): boolean {
  const [id = ''] = entityNamed(entity).key
  return key.length > 0 && !key.includes(id)
}

const names = (deliveries: readonly Delivery[]): string =>
  deliveries.length > 3 ? `${deliveries.length} files` : deliveries.map(({ path }) => path).join(', ')

/** Deliveries that counted and no longer do, or count again: what they had pushed aside must come back. */
function withdrawn(bronze: BronzeTable, { active }: Deliveries, previous: BuiltSource): string[] {
  const now = new Set(active.map(({ delivery }) => delivery))
  const gone = previous.deliveries.filter((delivery) => !now.has(delivery))
  const back = active.filter(
    ({ delivery }) => delivery <= previous.known && !previous.deliveries.includes(delivery),
  )
  const path = (number: number) =>
    bronze.deliveries.find(({ delivery }) => delivery === number)?.path ?? `delivery ${number}`
  return [
    ...gone.map((delivery) => `${path(delivery)} was replaced or taken back`),
    ...back.map(({ delivery }) => `${path(delivery)} counts again`),
  ]
}

/** A decision about a row that a version already decided, or that somebody took while looking at another version. */
function decisionsThatRebuild(
  all: readonly Decision[],
  fresh: readonly Decision[],
  previous: BuiltSource,
  version: number,
): string[] {
  const before = new Set(
    all
      .filter(({ id, row }) => id <= previous.decisions && row !== undefined)
      .map(({ source, delivery, row }) => `${source} ${delivery} ${row}`),
  )
  const again = fresh.some(
    ({ kind, source, delivery, row, version: seen }) =>
      kind === 'accept' ||
      (row !== undefined &&
        (kind === 'reopen' || seen !== version || before.has(`${source} ${delivery} ${row}`))),
  )
  return again ? ['a decision was changed'] : []
}

const lastDecision = (list: readonly Decision[], source: string): number =>
  Math.max(0, ...list.filter((decision) => decision.source === source).map(({ id }) => id))

function dropped({ dialect: d }: PlanInput, base: Base, sources: ReadonlySet<string>): Step[] {
  return Object.keys(base?.builtFrom.sources ?? {})
    .filter((source) => !sources.has(source))
    .map((source) => ({
      kind: 'drop',
      name: source,
      why: ['its contract is gone'],
      statements: forgetSource(d, source),
      afterwards: [d.dropTable(d.table('silver', source))],
    }))
}

function parentsFirst({ project }: PlanInput): Contract[] {
  const done = new Set<string>()
  const ordered: Contract[] = []
  const visit = (contract: Contract): void => {
    if (done.has(contract.source)) return
    done.add(contract.source)
    for (const column of heldReferences(project, contract))
      parentsOf(project, contract, column).forEach(visit)
    ordered.push(contract)
  }
  project.contracts.forEach(visit)
  return ordered
}
