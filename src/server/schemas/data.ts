import { z } from '@hono/zod-openapi'
import type { RowsExplained } from '../../lineage/explained.ts'
import type { Reconciliation } from '../../reconcile/types.ts'
import type { RunEvent } from '../../run/events.ts'
import { cell, table } from './common.ts'

/** A certified view (or any table of gold) as it stands, page by page. */
export const goldTable = z
  .object({
    version: z.number(),
    name: z.string(),
    description: z.string(),
    grain: z.array(z.string()),
    certified: z.boolean(),
    total: z.number(),
    table,
  })
  .openapi('GoldTable')

export const runSummary = z
  .object({
    runId: z.string(),
    startedAt: z.string(),
    state: z.enum(['running', 'published', 'candidate', 'unchanged', 'failed', 'cancelled', 'interrupted']),
    seconds: z.number().nullable(),
    version: z.number().nullable(),
    rowsIn: z.number().nullable(),
    rowsKept: z.number().nullable(),
    rowsRejected: z.number().nullable(),
    files: z.number(),
    failure: z.string().nullable(),
  })
  .openapi('Run')

export const runsResponse = z.object({
  runs: z.array(runSummary),
  versions: z.array(
    z.object({
      version: z.number(),
      state: z.enum(['current', 'newest', 'kept', 'candidate']),
      createdAt: z.string(),
      runId: z.string(),
    }),
  ),
  pinned: z.boolean(),
})

/** What a run's ledger says; the same events come live from /runs/{id}/events. */
export const runDetail = z.object({
  run: runSummary,
  events: z.array(z.object({ at: z.string(), event: z.custom<RunEvent>().openapi({ type: 'object' }) })),
})

export const startRunRequest = z.strictObject({ fullRefresh: z.boolean().optional() })
/** `unchanged`: nothing was new, so no run was needed and none is in the list. */
export const runStarted = z
  .object({ state: z.enum(['running', 'unchanged']), runId: z.string().nullable() })
  .openapi('RunStarted')
export const rollbackRequest = z.strictObject({ version: z.number().int().min(1) })
export const versionNow = z.object({ version: z.number(), pinned: z.boolean() })

export const quality = z
  .object({
    version: z.number().nullable(),
    models: z.array(
      z.object({
        name: z.string(),
        rows: z.number(),
        certified: z.boolean(),
        checks: z.array(
          z.object({
            name: z.string(),
            kind: z.enum(['grain', 'reconciliation', 'row']),
            severity: z.enum(['warn', 'fail']),
            passed: z.boolean(),
            detail: z.string().nullable(),
          }),
        ),
      }),
    ),
    sources: z.array(
      z.object({
        source: z.string(),
        files: z.number(),
        rows: z.number(),
        kept: z.number(),
        superseded: z.number(),
        quarantined: z.number(),
        dismissed: z.number(),
        deleted: z.number(),
        newestFile: z.string().nullable(),
        stale: z.boolean(),
        freshnessHours: z.number().nullable(),
      }),
    ),
  })
  .openapi('Quality')

/** Tables as a graph: landing source -> silver -> conformed -> gold. */
export const lineageGraph = z
  .object({
    nodes: z.array(
      z.object({
        id: z.string(),
        layer: z.enum(['landing', 'silver', 'conformed', 'rules', 'gold']),
        name: z.string(),
        rows: z.number().nullable(),
      }),
    ),
    edges: z.array(z.object({ from: z.string(), to: z.string() })),
  })
  .openapi('LineageGraph')

export const heldRow = z.object({
  id: z.string(),
  source: z.string(),
  file: z.string(),
  row: z.number(),
  reasons: z.array(z.object({ column: z.string().nullable(), reason: z.string() })),
  /** By source column; personal columns are masked unless revealed. */
  raw: z.record(z.string(), z.string().nullable()),
  masked: z.array(z.string()),
  /** Columns an edit can set. */
  editable: z.array(z.string()),
  /** What was decided and waits for the next run. */
  waiting: z.enum(['edit', 'dismiss', 'reopen']).nullable(),
})

export const quarantineResponse = z
  .object({
    version: z.number(),
    reasons: z.array(
      z.object({
        source: z.string(),
        reason: z.string(),
        column: z.string().nullable(),
        rows: z.number(),
        valueHeld: z.string().nullable(),
      }),
    ),
    total: z.number(),
    rows: z.array(heldRow),
    /** All rows held back, whatever the filter, and the sum of the amounts that could be read; each row counts once. */
    held: z.object({ rows: z.number(), value: z.string().nullable() }),
    /** Decisions made that the next run will apply. */
    waiting: z.number(),
  })
  .openapi('Quarantine')

export const quarantineQuery = z.object({
  source: z.string().max(100).optional(),
  reason: z.string().max(300).optional(),
  /** With `reason`: the column it is about; empty for a whole record. */
  column: z.string().max(300).optional(),
  offset: z.coerce.number().int().min(0).max(100_000_000).optional(),
  limit: z.coerce.number().int().min(1).max(500).optional(),
  version: z.coerce.number().int().optional(),
  /** Raw values in clear; audited. */
  reveal: z.enum(['true', 'false']).optional(),
})

/** The decisions were kept; the next run applies them. */
export const decided = z.object({ decided: z.number(), waiting: z.number() })

/** A decision names rows by their ids; `edit` sets source columns to new raw texts. It is applied by the next run. */
export const decisionRequest = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.literal('edit'),
    id: z.string(),
    values: z.record(z.string(), z.string().max(10_000).nullable()),
    why: z.string().max(500),
  }),
  z.strictObject({
    action: z.literal('dismiss'),
    ids: z.array(z.string()).min(1).max(1000),
    why: z.string().max(500),
  }),
  z.strictObject({
    action: z.literal('reopen'),
    ids: z.array(z.string()).min(1).max(1000),
    why: z.string().max(500),
  }),
])

export const legacyFiles = z.object({ files: z.array(z.object({ file: z.string(), name: z.string() })) })
export const reconcileResponse = z
  .object({ report: z.custom<Reconciliation>().openapi({ type: 'object' }), markdown: z.string() })
  .openapi('ReconcileReport')

/** The SQL of a figure and the rows behind it. `table` is a gold table, `where` an equality per grain column. */
export const explainRequest = z.strictObject({
  version: z.number().int().optional(),
  /** A semantic query and the measure to explain, with the values of its groups as filters; or a gold table and one of its rows. */
  query: z.unknown().optional(),
  measure: z.string().optional(),
  table: z.string().max(80).optional(),
  where: z.record(z.string().max(80), cell).optional(),
  limit: z.number().int().min(1).max(200).optional(),
  /** Contacts in clear; audited. */
  reveal: z.boolean().optional(),
})
/** Rows of one table with, in the same order, the rows of the files each was made from. */
export const explainedRows = z.object({
  /** A gold table. */
  relation: z.string(),
  count: z.number(),
  table,
  at: z.array(z.array(z.object({ source: z.string(), file: z.string(), row: z.number() }))),
})
export const explainResponse = z
  .object({
    version: z.number(),
    sql: z.string(),
    /** What the measure is, in words. */
    description: z.string(),
    value: z.number().nullable(),
    /** The rows that were counted, each with source file and row; of the first table where the measure is made of several. */
    rows: explainedRows,
    /** The same for every table the measure is made of. */
    parts: z.array(explainedRows),
    detail: z.custom<RowsExplained>().openapi({ type: 'object' }).optional(),
  })
  .openapi('Explained')

export const sqlRequest = z.strictObject({
  sql: z.string().min(1).max(100_000),
  version: z.number().int().optional(),
  limit: z.number().int().min(1).max(10_000).optional(),
  /** Also the engine's plan. */
  plan: z.boolean().optional(),
  /** Contacts in clear; audited. */
  reveal: z.boolean().optional(),
})
export const sqlResponse = z
  .object({
    version: z.number(),
    table,
    truncated: z.boolean(),
    milliseconds: z.number(),
    plan: z.string().optional(),
  })
  .openapi('SqlResult')

export const tablesResponse = z.object({
  version: z.number(),
  /** Ready-made queries that check the data of this project. */
  checks: z.array(
    z.object({
      id: z.string(),
      group: z.enum(['duplicates', 'empty values', 'orphans', 'ranges', 'freshness']),
      title: z.string(),
      sql: z.string(),
    }),
  ),
  tables: z.array(
    z.object({
      schema: z.enum(['silver', 'gold']),
      name: z.string(),
      description: z.string(),
      rows: z.number().nullable(),
      columns: z.array(
        z.object({ name: z.string(), type: z.string(), description: z.string(), personal: z.boolean() }),
      ),
    }),
  ),
})

/** What is exported, and how. Answered as a stream with Content-Disposition. */
export const exportRequest = z
  .strictObject({
    format: z.enum(['csv', 'xlsx', 'parquet']),
    title: z.string().max(200),
    /** Shown in the file beside as-of and version. */
    filters: z.string().max(2000).optional(),
    version: z.number().int().optional(),
    what: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('query'), query: z.unknown() }),
      z.strictObject({ kind: z.literal('gold'), table: z.string().max(80) }),
      z.strictObject({ kind: z.literal('customers'), conditions: z.array(z.unknown()).max(30) }),
      z.strictObject({ kind: z.literal('sql'), sql: z.string().max(100_000) }),
    ]),
    /** Contacts in clear; audited. */
    reveal: z.boolean().optional(),
  })
  .openapi('Export')
