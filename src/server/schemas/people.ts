import { z } from '@hono/zod-openapi'
import { cell, table } from './common.ts'

/** Contacts are masked here: `m****@example.com`, `*** *** 0123`. */
export const found = z
  .object({
    customerId: z.string(),
    name: z.string().nullable(),
    email: z.string().nullable(),
    phone: z.string().nullable(),
    city: z.string().nullable(),
    segment: z.string().nullable(),
    matched: z.enum(['id', 'name', 'email', 'phone']),
  })
  .openapi('FoundCustomer')

export const searchRequest = z.strictObject({
  text: z.string().min(1).max(200),
  limit: z.number().int().min(1).max(50).optional(),
})
export const searchResponse = z.object({ version: z.number(), customers: z.array(found) })

/** A condition on a column of gold.customer_360. Personal columns allow `contains` and `in` too: the body is never logged. */
export const condition = z
  .discriminatedUnion('op', [
    z.strictObject({
      column: z.string().max(80),
      op: z.literal('in'),
      values: z.array(z.string().max(500).nullable()).max(200),
    }),
    z.strictObject({
      column: z.string().max(80),
      op: z.literal('contains'),
      text: z.string().min(1).max(200),
    }),
    z.strictObject({
      column: z.string().max(80),
      op: z.literal('between'),
      from: cell.optional(),
      to: cell.optional(),
    }),
    z.strictObject({ column: z.string().max(80), op: z.literal('is'), value: z.boolean() }),
    z.strictObject({ column: z.string().max(80), op: z.literal('empty'), value: z.boolean() }),
  ])
  .openapi('Condition')
export type Condition = z.infer<typeof condition>

export const customersRequest = z.strictObject({
  version: z.number().int().optional(),
  conditions: z.array(condition).max(30).optional(),
  order: z.strictObject({ by: z.string().max(80), descending: z.boolean().optional() }).optional(),
  offset: z.number().int().min(0).max(10_000_000).optional(),
  limit: z.number().int().min(1).max(500).optional(),
})

export const customersResponse = z.object({
  version: z.number(),
  total: z.number(),
  /** Sum of total_spend over all that match, not only the rows shown. */
  revenue: z.number().nullable(),
  /** Consent over all that match. */
  consent: z.object({ yes: z.number(), no: z.number(), unknown: z.number() }),
  table,
})

/** Columns of customer_360 that a filter can use, with what it needs to offer values. */
export const customerColumns = z.object({
  columns: z.array(
    z.object({
      name: z.string(),
      description: z.string(),
      type: z.enum(['text', 'integer', 'decimal', 'date', 'timestamp', 'boolean']),
      personal: z.boolean(),
      /** The distinct values of a text column that has at most 50 and is not personal. */
      values: z.array(z.string().nullable()).optional(),
    }),
  ),
})

export const profile = z
  .object({
    version: z.number(),
    customerId: z.string(),
    /** Every column of customer_360; contacts masked. */
    customer: z.record(z.string(), cell),
    masked: z.array(z.string()),
    /** Ids of the customer in each source. */
    sourceIds: z.array(z.object({ source: z.string(), id: z.string(), file: z.string(), row: z.number() })),
    purchasesByMonth: z.array(
      z.object({ month: z.string(), channel: z.string(), orders: z.number(), amount: z.number() }),
    ),
    openTickets: z.array(
      z.object({
        id: z.string(),
        openedAt: z.string(),
        issueType: z.string().nullable(),
        status: z.string().nullable(),
        ageDays: z.number(),
      }),
    ),
    suggestion: z.object({ action: z.string(), reason: z.string() }).nullable(),
  })
  .openapi('Profile')

export const timelineEntry = z
  .object({
    kind: z.enum(['online', 'in_store', 'other_sale', 'support', 'web', 'loyalty']),
    id: z.string(),
    /** Local wall clock, ISO without zone. */
    at: z.string(),
    title: z.string(),
    detail: z.string().nullable(),
    amount: z.number().nullable(),
    counted: z.boolean().nullable(),
    source: z.string(),
    file: z.string().nullable(),
    row: z.number().nullable(),
  })
  .openapi('TimelineEntry')

export const timelineResponse = z.object({
  version: z.number(),
  counts: z.record(z.string(), z.number()),
  entries: z.array(timelineEntry),
  /** Pass as `before` for the next page; null at the end. */
  next: z.string().nullable(),
})

export const revealed = z.object({ contacts: z.record(z.string(), cell) }).openapi('Contacts')

/** A named audience: `audiences/<name>.yaml` in the project. */
export const audience = z
  .object({
    name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,60}$/),
    title: z.string().max(120),
    conditions: z.array(condition).max(30),
  })
  .openapi('Audience')

/** A named question of Explore: `views/<name>.yaml` in the project. Its search parameters are those of the page. */
export const savedView = z
  .object({
    name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,60}$/),
    title: z.string().max(120),
    search: z.record(z.string().max(40), z.string().max(2000)),
  })
  .openapi('SavedView')
