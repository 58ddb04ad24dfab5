import type { z } from '@hono/zod-openapi'
import { duckdb } from '../../engines/duckdb/index.ts'
import { C360Error } from '../../errors.ts'
import type { Decision } from '../../plan/types.ts'
import type { Contract, Project } from '../../project/types.ts'
import { decide, type NewDecision, rowsOfBronze } from '../../quarantine/decide.ts'
import {
  type HeldFilter,
  type HeldRow,
  heldCount,
  heldRows,
  heldRowsByIds,
  heldTotal,
  reasonCounts,
} from '../../quarantine/held.ts'
import { openLake, readLake } from '../../run/lake-state.ts'
import type { LockOptions } from '../../run/lock.ts'
import { lakeOf, readingLake } from '../../run/stores.ts'
import type { Lease } from '../reading/snapshot.ts'
import type { decisionRequest, quarantineResponse } from '../schemas/data.ts'

export type Quarantine = z.infer<typeof quarantineResponse>
export type DecisionRequest = z.infer<typeof decisionRequest>

const { dialect } = duckdb

/** A page of the held-back rows of a version; raw values of personal columns are starred out unless `reveal`. */
export async function quarantinePage(
  project: Project,
  lease: Lease,
  filter: HeldFilter,
  reveal: boolean,
  signal: AbortSignal,
): Promise<Quarantine> {
  const reader = readerOf(lease, signal)
  const waiting = await waitingDecisions(project, lease)
  const rows = await heldRows(reader, dialect, filter)
  return {
    version: lease.version,
    reasons: await reasonCounts(reader),
    total: await heldCount(reader, dialect, filter),
    held: await heldTotal(reader),
    rows: rows.map((row) => shown(row, project, reveal, waiting)),
    waiting: waiting.size,
  }
}

const readerOf = (lease: Lease, signal: AbortSignal) => ({
  stream: (sql: string) => lease.stream(sql, signal),
})

const keyOf = ({ source, delivery, row }: Pick<Decision, 'source' | 'delivery' | 'row'>): string =>
  `${source}/${delivery}/${row}`

/** The last word about each row that the version does not know yet. */
async function waitingDecisions(
  project: Project,
  { manifest }: Lease,
): Promise<ReadonlyMap<string, Decision>> {
  await using session = readingLake(await duckdb.connect({}), project)
  const { state } = await readLake(openLake(lakeOf(project), session, []))
  const applied = (source: string): number => manifest.builtFrom.sources[source]?.decisions ?? 0
  const newer = state.decisions.list.filter(
    ({ id, source, row }) => row !== undefined && id > applied(source),
  )
  return new Map(newer.sort((a, b) => a.id - b.id).map((decision) => [keyOf(decision), decision]))
}

function shown(
  { id, source, file, row, delivery, reasons, raw }: HeldRow,
  project: Project,
  reveal: boolean,
  waiting: ReadonlyMap<string, Decision>,
): Quarantine['rows'][number] {
  const contract = project.contracts.find((known) => known.source === source)
  const masked = reveal
    ? []
    : Object.entries(raw)
        // That there is nothing is no secret, and often the reason.
        .filter(
          ([column, value]) => value !== null && value.trim() !== '' && isHidden(contract, column, value),
        )
        .map(([column]) => column)
  const kind = waiting.get(keyOf({ source, delivery, row }))?.kind
  return {
    id,
    source,
    file,
    row,
    reasons: [...reasons],
    raw: { ...raw, ...Object.fromEntries(masked.map((column) => [column, '***'])) },
    masked,
    editable: contract?.columns.map(({ name }) => name) ?? [],
    waiting: kind === 'edit' || kind === 'dismiss' || kind === 'reopen' ? kind : null,
  }
}

const same = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase()

/** In a row whose fields have slipped an address stands in any column: what looks like one is hidden there too. */
const LOOKS_PERSONAL = /[^\s@]+@[^\s@]+|^\s*\+?\d[\d\s()./-]{8,}$/

function isHidden(contract: Contract | undefined, column: string, value: string): boolean {
  const known = contract?.columns.find(({ name }) => same(name, column))
  if (!known || known.pii === 'direct') return true
  return known.type === 'text' && known.pii !== 'indirect' ? LOOKS_PERSONAL.test(value) : value.includes('@')
}

/** Keeps the decision; the next run applies it. USAGE, NOT_FOUND for rows that are not there; LOCKED while a run is at work. */
export async function makeDecision(
  project: Project,
  lease: Lease,
  request: DecisionRequest,
  options: LockOptions & { readonly by: string },
): Promise<{ readonly decided: number; readonly sources: readonly string[]; readonly waiting: number }> {
  const decisions = await decisionsOf(project, lease, request, options.signal ?? new AbortController().signal)
  await decide(project, decisions, request.why === '' ? undefined : request.why, lease.version, options)
  return {
    decided: decisions.length,
    sources: [...new Set(decisions.map(({ source }) => source))],
    waiting: (await waitingDecisions(project, lease)).size,
  }
}

async function decisionsOf(
  project: Project,
  lease: Lease,
  request: DecisionRequest,
  signal: AbortSignal,
): Promise<readonly NewDecision[]> {
  if (request.action === 'reopen') {
    const rows = await rowsOfBronze(project, request.ids)
    return rows.map((row) => ({ kind: 'reopen', ...row }))
  }
  const ids = request.action === 'edit' ? [request.id] : [...new Set(request.ids)]
  const rows = await heldRowsByIds(readerOf(lease, signal), dialect, ids)
  return rows.map(({ source, file, delivery, row }) => ({
    kind: request.action,
    source,
    file,
    delivery,
    row,
    ...(request.action === 'edit' ? { edits: editsOf(project, source, request.values) } : {}),
  }))
}

function editsOf(
  project: Project,
  source: string,
  values: Readonly<Record<string, string | null>>,
): Readonly<Record<string, string>> {
  const known = project.contracts.find((contract) => contract.source === source)?.columns ?? []
  const entries = Object.entries(values)
  if (entries.length === 0)
    throw new C360Error('USAGE', 'Nothing is to be changed.', { hint: 'Give a column a new text.' })
  if (entries.some(([column]) => !known.some(({ name }) => name === column)))
    throw new C360Error('USAGE', `${source} has no column by one of these names.`, {
      hint: `Columns: ${known.map(({ name }) => name).join(', ')}.`,
    })
  return Object.fromEntries(entries.map(([column, text]) => [column, text ?? '']))
}
