import { z } from '@hono/zod-openapi'

/** What the shell needs before it draws anything. */
export const session = z
  .object({
    /** Slug of the project that answers; header `c360-project` chooses another one. */
    project: z.string(),
    projects: z.array(z.object({ slug: z.string(), name: z.string() })),
    /** `setup`: no project there yet; `run`: a project without a published version; `nothing`: ready. */
    needs: z.enum(['setup', 'run', 'nothing']),
    name: z.string(),
    locale: z.string(),
    currency: z.string(),
    timeZone: z.string(),
    actor: z.object({ id: z.string(), name: z.string() }),
    version: z.number().nullable(),
    pinned: z.boolean(),
    /** ISO date; the last day of the data, or the configured one. */
    asOf: z.string().nullable(),
    /** First day with a counted fact. */
    dataFrom: z.string().nullable(),
    publishedAt: z.string().nullable(),
    checks: z.object({ passed: z.number(), warnings: z.number(), failed: z.number() }),
    /** Nav entries that have data: overview, sales, stores, segments, peak-times, support, web, loyalty, retention, explore, customers, runs, quarantine, reconcile, sql. */
    pages: z.array(z.string()),
    countedStatuses: z.union([z.literal('all'), z.array(z.string())]),
    /** Resolution rates in percent from which an agent is fair, and good. */
    resolutionTiers: z.object({ fair: z.number(), good: z.number() }),
    /** Values a filter offers: channel names, and stores with their label. */
    channels: z.array(z.string()),
    stores: z.array(z.object({ id: z.string(), label: z.string() })),
    connectivity: z.object({
      mode: z.enum(['import', 'direct']),
      modes: z.array(z.enum(['import', 'direct'])),
      schedule: z.string().nullable(),
      /** Given on the server's command line: not to be changed here. */
      fixed: z.boolean(),
      nextRefresh: z.string().nullable(),
      lastRefresh: z.string().nullable(),
      /** The target whose gold is shown; null = the embedded warehouse. */
      target: z.string().nullable(),
    }),
    /** A run that is under way. */
    running: z.string().nullable(),
  })
  .openapi('Session')
export type SessionInfo = z.infer<typeof session>
