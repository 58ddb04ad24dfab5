import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export type Fate = 'quarantined' | 'superseded' | 'kept'

/** One thing planted on purpose, with what has to become of the record that carries it. */
export interface Defect {
  readonly kind: string
  readonly file: string
  /** 1 = first record after the header; blank lines are not counted, a malformed record is one. */
  readonly row: number
  /** Header of the column at fault; absent where the record as a whole is. */
  readonly column?: string
  readonly fate: Fate
  /** Why it is quarantined. */
  readonly reason?: string
  readonly note?: string
}

export interface FileCount {
  /** Records written, dirt included. */
  readonly rows: number
  /** Records that a perfect pipeline keeps: `rows - quarantined - superseded`. */
  readonly clean: number
  readonly quarantined: number
  readonly superseded: number
  readonly blankLines: number
}

export interface Sales {
  readonly orders: number
  /** Exact, with two decimals. */
  readonly amount: string
}

export type OnlineStatus = 'Completed' | 'Pending' | 'Failed'

/** What the data means, summed up while it was made; kept records only. */
export interface Truth {
  readonly customers: number
  /** Customers that only orders know: each is to be inferred. */
  readonly inferredCustomers: number
  readonly products: number
  readonly stores: number
  readonly agents: number
  readonly online: Readonly<Record<OnlineStatus, Sales>>
  readonly inStore: Sales
  /** Both channels, online in any status. */
  readonly allStatuses: Sales
  /** Both channels, online only where Completed. */
  readonly completedOnly: Sales
  readonly interactions: number
  readonly resolved: number
  readonly loyaltyAccounts: number
  readonly loyaltyTransactions: number
  /** Sum of PointsChange. */
  readonly pointsChanged: number
}

export interface Manifest {
  readonly generator: 'retail'
  readonly seed: number
  readonly customers: number
  /** First and last day of sales, ISO. */
  readonly period: { readonly first: string; readonly last: string }
  readonly files: Readonly<Record<string, FileCount>>
  readonly truth: Truth
  /** How many of each kind; the defects themselves are in `defects.jsonl`, one JSON object a line. */
  readonly defects: Readonly<Record<string, number>>
}

export const MANIFEST_FILE = 'manifest.json'
export const DEFECTS_FILE = 'defects.jsonl'

/** Reads `manifest.json` of a manifest folder. */
export async function readManifest(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, MANIFEST_FILE), 'utf8'))
}

/** Reads `defects.jsonl` of a manifest folder line by line. */
export async function* readDefects(folder: string): AsyncGenerator<Defect> {
  const input = createReadStream(join(folder, DEFECTS_FILE), 'utf8')
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }))
    yield JSON.parse(line)
}

/** 1234 cents -> `12.34`. */
export const money = (cents: number): string => {
  const part = cents % 100
  return `${(cents - part) / 100}.${part < 10 ? '0' : ''}${part}`
}
