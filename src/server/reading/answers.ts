import { setTimeout } from 'node:timers/promises'
import { dialect as d } from '../../engines/duckdb/dialect.ts'
import { C360Error } from '../../errors.ts'
import { toAnswer } from '../../semantic/answer.ts'
import { type Asked, ask } from '../../semantic/ask.ts'
import { type Context, contextSql, scannedContextSql, toContext } from '../../semantic/context.ts'
import { allRows, SumsInMemory } from '../../semantic/memory/sums-in-memory.ts'
import { partSql } from '../../semantic/parts.ts'
import type { Answer, Query } from '../../semantic/types.ts'
import type { Metrics } from '../http/metrics.ts'
import { AnswerCache } from './answer-cache.ts'
import type { Lease, Live } from './snapshot.ts'

/** What the compiler needs to know of a version; read once. */
export const semanticContext = (lease: Lease, closing: AbortSignal): Promise<Context> =>
  lease.once('semantic context', async () =>
    toContext(await lease.rows(lease.live ? scannedContextSql(d) : contextSql(d), closing)),
  )

/** A query compiled for a version. USAGE carries every problem of it. */
export function compiled(query: Query, context: Context, live?: Live): Asked {
  const asking = ask(query, live?.dialect ?? d, context)
  if (asking.ok) return asking.asked
  throw new C360Error('USAGE', asking.problems[0]?.message ?? 'The question cannot be asked.', {
    hint: asking.problems[0]?.hint ?? 'See /api/model for what can be asked.',
    problems: asking.problems,
  })
}

export interface Asking {
  readonly signal: AbortSignal
  readonly closing: AbortSignal
  readonly metrics: Metrics
}

/** The answer to one query from one version: from the cache when it was asked before, from its sums in memory, or from its warehouse. */
export async function answer(lease: Lease, query: Query, asking: Asking): Promise<Answer> {
  const context = await semanticContext(lease, asking.closing)
  const asked = compiled(query, context, lease.live)
  const cache = await lease.once('answers', async () => new AnswerCache())
  const key = JSON.stringify(query)
  const known = cache.get(key)
  const { rows, from } = known ? { rows: known, from: 'cache' } : await found(lease, asked, context, asking)
  asking.metrics.count('c360_answers_total', { from })
  if (!known) cache.put(key, rows)
  return toAnswer(asked, rows)
}

type Rows = readonly (readonly unknown[])[]

async function found(
  lease: Lease,
  asked: Asked,
  context: Context,
  asking: Asking,
): Promise<{ readonly rows: Rows; readonly from: 'memory' | 'warehouse' }> {
  const memory = await sumsInMemory(lease, context, asking.closing)
  const left = lease.live ? undefined : memory.left(asked.plan)
  if (!left) return { rows: await read(lease, asked.sql, asking), from: 'warehouse' }
  const parts = left.map(async (part) => [part, await read(lease, partSql(d, part), asking)] as const)
  const rows = memory.rows(asked.plan, new Map(await Promise.all(parts)))
  return { rows, from: left.length === 0 ? 'memory' : 'warehouse' }
}

/** Sums are read when the first page is drawn: it has the machine to itself. */
const AFTER_MS = 1000

const sumsInMemory = (lease: Lease, context: Context, closing: AbortSignal): Promise<SumsInMemory> =>
  lease.once('sums in memory', async () => {
    const start = setTimeout(AFTER_MS, undefined, { ref: false })
    return new SumsInMemory(d, context, (sql) => lease.stream(sql, closing), start)
  })

async function read(lease: Lease, sql: string, { signal, metrics }: Asking): Promise<unknown[][]> {
  const started = performance.now()
  const rows = await allRows(lease.stream(sql, signal))
  metrics.observe('c360_query_seconds', (performance.now() - started) / 1000)
  return rows
}
