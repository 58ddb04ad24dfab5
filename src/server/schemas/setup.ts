import { z } from '@hono/zod-openapi'

/** First visit: a folder of files becomes a project. Uploads go into one folder named by `upload`. */
export const uploadResponse = z.object({
  upload: z.string(),
  files: z.array(z.object({ name: z.string(), size: z.number() })),
})

export const inspectRequest = z.strictObject({
  /** A folder below an allowed root, or an upload. */
  path: z.string().max(1000).optional(),
  upload: z.string().max(80).optional(),
})

export const inspectResponse = z
  .object({
    tables: z.array(
      z.object({
        file: z.string(),
        rows: z.number().nullable(),
        entity: z.string().nullable(),
        source: z.string().nullable(),
        /** How sure, in words, with the evidence. */
        evidence: z.array(z.string()),
        doubts: z.array(z.string()),
      }),
    ),
    questions: z.array(
      z.object({
        id: z.string(),
        question: z.string(),
        why: z.string().nullable(),
        choices: z.array(z.string()).nullable(),
        /** What is known of each choice, in their order. */
        about: z.array(z.string()),
        answer: z.string(),
      }),
    ),
    refused: z.array(z.object({ file: z.string(), message: z.string(), hint: z.string().optional() })),
  })
  .openapi('Inspection')

export const createRequest = inspectRequest.extend({
  name: z.string().max(80).optional(),
  answers: z.record(z.string(), z.string().max(500)).optional(),
})
export const createResponse = z.object({
  project: z.string(),
  /** Null when there was nothing to run. */
  runId: z.string().nullable(),
  doubts: z.array(z.string()),
})
