import { z } from '@hono/zod-openapi'
import type { DimensionInfo, MeasureInfo } from '../../model/semantic-types.ts'
import type { Answer } from '../../semantic/types.ts'
import { failure } from './common.ts'

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)
const word = z.string().min(1).max(80)

export const query = z
  .object({
    measures: z.array(word).min(1).max(20),
    by: z
      .array(
        z.strictObject({
          dimension: word,
          grain: z.enum(['day', 'week', 'month', 'quarter', 'year']).optional(),
        }),
      )
      .max(4)
      .optional(),
    filters: z
      .strictObject({
        range: z.strictObject({ from: day, to: day }).optional(),
        values: z.record(word, z.array(z.string().max(500).nullable()).max(200)).optional(),
      })
      .optional(),
    order: z
      .array(z.strictObject({ by: z.string().max(90), descending: z.boolean().optional() }))
      .max(4)
      .optional(),
    limit: z.number().int().min(1).max(10_000).optional(),
    compare: z.enum(['prev', 'year']).optional(),
  })
  .strict()
  .openapi('Query')

/** A page asks for all its tiles at once, so that they are from one version. */
export const queryRequest = z.strictObject({
  /** The version the page shows; absent = the published one. A version that is gone is VERSION_GONE (410). */
  version: z.number().int().optional(),
  queries: z.array(query).min(1).max(24),
})

export const queryResponse = z
  .object({
    version: z.number(),
    /** In the order of the queries; one that fails does not take the others along. */
    answers: z.array(
      z.union([
        z.object({ ok: z.literal(true), answer: z.custom<Answer>().openapi({ type: 'object' }) }),
        z.object({ ok: z.literal(false), failure }),
      ]),
    ),
  })
  .openapi('Answers')

export const semanticModel = z
  .object({
    measures: z.array(z.custom<MeasureInfo>().openapi({ type: 'object' })),
    dimensions: z.array(z.custom<DimensionInfo>().openapi({ type: 'object' })),
  })
  .openapi('SemanticModel')
