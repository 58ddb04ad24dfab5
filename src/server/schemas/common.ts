import { z } from '@hono/zod-openapi'

/** Every failure of the API; `requestId` finds it in the server's log. */
export const failure = z
  .object({
    code: z.string(),
    message: z.string(),
    hint: z.string().optional(),
    requestId: z.string(),
    problems: z
      .array(
        z.object({
          code: z.string(),
          message: z.string(),
          hint: z.string().optional(),
          file: z.string().optional(),
          line: z.number().optional(),
        }),
      )
      .optional(),
  })
  .openapi('Failure')
export type Failure = z.infer<typeof failure>

export const cell = z.union([z.string(), z.number(), z.boolean(), z.null()])

/** A table as it is shown: values in the order of the columns. */
export const table = z
  .object({
    columns: z.array(
      z.object({
        name: z.string(),
        type: z.enum(['text', 'integer', 'decimal', 'date', 'timestamp', 'boolean']),
        description: z.string().optional(),
        /** Values were replaced because they are personal; `reveal` shows them and is audited. */
        masked: z.boolean().optional(),
      }),
    ),
    rows: z.array(z.array(cell)),
  })
  .openapi('Table')
export type Table = z.infer<typeof table>
