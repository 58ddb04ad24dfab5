import { z } from 'zod'
import { C360Error } from '../errors.ts'

// Only what this module acts on; everything else in a log is dropped here. Checkpoints have null where commits have nothing.
const texts = z.record(z.string(), z.string().nullable())

const protocol = z.object({
  minReaderVersion: z.number(),
  minWriterVersion: z.number(),
  readerFeatures: z.array(z.string()).nullish(),
  writerFeatures: z.array(z.string()).nullish(),
})

const metaData = z.object({
  id: z.string(),
  name: z.string().nullish(),
  description: z.string().nullish(),
  format: z.object({ provider: z.string(), options: texts.nullish() }),
  schemaString: z.string(),
  partitionColumns: z.array(z.string()),
  configuration: texts.nullish(),
  createdTime: z.number().nullish(),
})

const txn = z.object({ appId: z.string(), version: z.number(), lastUpdated: z.number().nullish() })

const add = z.object({
  path: z.string(),
  partitionValues: texts.nullish(),
  size: z.number(),
  modificationTime: z.number(),
  dataChange: z.boolean(),
  stats: z.string().nullish(),
  tags: texts.nullish(),
  deletionVector: z.unknown().optional(),
})

const remove = z.object({
  path: z.string(),
  deletionTimestamp: z.number().nullish(),
  dataChange: z.boolean(),
  extendedFileMetadata: z.boolean().nullish(),
  partitionValues: texts.nullish(),
  size: z.number().nullish(),
  tags: texts.nullish(),
})

const action = z.object({
  protocol: protocol.nullish(),
  metaData: metaData.nullish(),
  txn: txn.nullish(),
  add: add.nullish(),
  remove: remove.nullish(),
})

export type Protocol = z.infer<typeof protocol>
export type MetaData = z.infer<typeof metaData>
export type Txn = z.infer<typeof txn>
export type Add = z.infer<typeof add>
export type Remove = z.infer<typeof remove>
/** One entry of the log; one field is set, none for entries that do not concern us. */
export type Action = z.infer<typeof action>

/** `where` names the file (and line) for LAKE_DAMAGED. The text itself stays out of the message: statistics carry values. */
export function parseAction(text: string, where: string): Action {
  const result = action.safeParse(parseJson(text, where))
  if (result.success) return result.data
  const at = result.error.issues[0]?.path.join('.') ?? ''
  throw new C360Error('LAKE_DAMAGED', `${where} is not a Delta action${at === '' ? '' : ` (at ${at})`}.`)
}

export function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new C360Error('LAKE_DAMAGED', `${where} is not valid JSON.`)
  }
}
