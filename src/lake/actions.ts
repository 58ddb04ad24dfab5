import { C360Error } from '../errors.ts'
import {
  isAnything,
  isBoolean,
  isNumber,
  isRecord,
  isText,
  listOf,
  optional,
  recordOf,
  type Shape,
  wrongField,
} from './shape.ts'

// Only what this module acts on. Checkpoints have null where commits have nothing.
type Maybe<T> = T | null | undefined
type Texts = Readonly<Record<string, string | null>>

export interface Protocol {
  readonly minReaderVersion: number
  readonly minWriterVersion: number
  readonly readerFeatures?: Maybe<readonly string[]>
  readonly writerFeatures?: Maybe<readonly string[]>
}

export interface MetaData {
  readonly id: string
  readonly name?: Maybe<string>
  readonly description?: Maybe<string>
  readonly format: { readonly provider: string; readonly options?: Maybe<Texts> }
  readonly schemaString: string
  readonly partitionColumns: readonly string[]
  readonly configuration?: Maybe<Texts>
  readonly createdTime?: Maybe<number>
}

export interface Txn {
  readonly appId: string
  readonly version: number
  readonly lastUpdated?: Maybe<number>
}

export interface Add {
  readonly path: string
  readonly partitionValues?: Maybe<Texts>
  readonly size: number
  readonly modificationTime: number
  readonly dataChange: boolean
  readonly stats?: Maybe<string>
  readonly tags?: Maybe<Texts>
  readonly deletionVector?: unknown
}

export interface Remove {
  readonly path: string
  readonly deletionTimestamp?: Maybe<number>
  readonly dataChange: boolean
  readonly extendedFileMetadata?: Maybe<boolean>
  readonly partitionValues?: Maybe<Texts>
  readonly size?: Maybe<number>
  readonly tags?: Maybe<Texts>
}

interface Kinds {
  readonly protocol: Protocol
  readonly metaData: MetaData
  readonly txn: Txn
  readonly add: Add
  readonly remove: Remove
}

/** One entry of the log; one field is set, none for entries that do not concern us. */
export type Action = { readonly [Kind in keyof Kinds]?: Maybe<Kinds[Kind]> }

const texts = optional(recordOf(optional(isText)))

const shapes: { readonly [Kind in keyof Kinds]: Shape<Kinds[Kind]> } = {
  protocol: {
    minReaderVersion: isNumber,
    minWriterVersion: isNumber,
    readerFeatures: optional(listOf(isText)),
    writerFeatures: optional(listOf(isText)),
  },
  metaData: {
    id: isText,
    name: optional(isText),
    description: optional(isText),
    format: (value) => wrongField(value, { provider: isText, options: texts }) === undefined,
    schemaString: isText,
    partitionColumns: listOf(isText),
    configuration: texts,
    createdTime: optional(isNumber),
  },
  txn: { appId: isText, version: isNumber, lastUpdated: optional(isNumber) },
  add: {
    path: isText,
    partitionValues: texts,
    size: isNumber,
    modificationTime: isNumber,
    dataChange: isBoolean,
    stats: optional(isText),
    tags: texts,
    deletionVector: isAnything,
  },
  remove: {
    path: isText,
    deletionTimestamp: optional(isNumber),
    dataChange: isBoolean,
    extendedFileMetadata: optional(isBoolean),
    partitionValues: texts,
    size: optional(isNumber),
    tags: texts,
  },
}

/** `where` names the file (and line) for LAKE_DAMAGED. The text itself stays out of the message: statistics carry values. */
export function parseAction(text: string, where: string): Action {
  const value = parseJson(text, where)
  if (!isRecord(value)) throw new C360Error('LAKE_DAMAGED', `${where} is not a Delta action.`)
  for (const [kind, shape] of Object.entries(shapes)) {
    const wrong = value[kind] == null ? undefined : wrongField(value[kind], shape)
    if (wrong !== undefined)
      throw new C360Error('LAKE_DAMAGED', `${where} is not a Delta action (see ${kind}.${wrong}).`)
  }
  return value
}

export function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new C360Error('LAKE_DAMAGED', `${where} is not valid JSON.`)
  }
}
