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

/** What one month saw, by local days; a refund is a transaction like any other. */
export interface MonthTruth {
  /** `2024-03` */
  readonly month: string
  readonly transactions: number
  readonly amount: string
  /** Customers with a transaction in it. */
  readonly buyers: number
  /** Those of them without any before it. */
  readonly newBuyers: number
  /** Those of them with one in the month before, too. */
  readonly returningBuyers: number
  readonly tickets: number
  readonly sessions: number
}

/** Known customers by whether they were heard of (a counted transaction, a session, a ticket) in the 30 days up to a day. */
export interface ChurnTruth {
  readonly month: string
  /** False for a month that the as-of day cuts short. */
  readonly isComplete: boolean
  /** At the end of the month before. */
  readonly atStart: number
  readonly atEnd: number
  /** Heard of for the first time. */
  readonly fresh: number
  readonly retained: number
  /** Heard of before, but not at the start. */
  readonly returned: number
  readonly churned: number
  /** Heard of in the month, but neither at its start nor at its end. */
  readonly lapsed: number
}

export interface TicketTruth {
  readonly tickets: number
  readonly resolved: number
  /** Resolved tickets that say when. */
  readonly timed: number
  /** From opening to resolution, added up over the timed ones; instants, so a change of clocks counts. */
  readonly resolutionSeconds: number
  readonly answered: number
  /** Sum of the scores answered. */
  readonly scores: number
  /** Scores of 4 and 5. */
  readonly satisfied: number
}

export interface SessionTruth {
  readonly sessions: number
  readonly customers: number
  /** Sums over the sessions that say so. */
  readonly seconds: number
  readonly pages: number
}

/** Customers of one place by when they were last heard of: a transaction, session or ticket. */
export interface PlaceTruth {
  readonly city: string | null
  /** Full name. */
  readonly state: string | null
  readonly customers: number
  /** Within 30 days up to the as-of day. */
  readonly active: number
  /** Before that. */
  readonly lapsed: number
  readonly never: number
}

export interface ProfileTruth {
  readonly customerId: string
  readonly transactions: number
  readonly amount: string
  readonly first: string
  readonly last: string
  readonly tickets: number
  readonly openTickets: number
  readonly sessions: number
}

export interface StatusTruth {
  /** Bought within three months up to the as-of day. */
  readonly active: number
  readonly dormant: number
  /** Never bought. */
  readonly inactive: number
}

/** What a customer master, a ticket desk, a shop and a web shop mean together; kept records only. */
export interface ActivityTruth {
  readonly customers: number
  /** Customers that only other records know: each is to be inferred. */
  readonly inferredCustomers: number
  readonly emailOptIns: number
  readonly smsOptIns: number
  /** Local day of the newest transaction. */
  readonly asOf: string
  /** Counted ones of all channels; refunds are among them, with negative amounts. */
  readonly transactions: Sales
  readonly refunds: Sales
  readonly months: readonly MonthTruth[]
  /** By month of registration, also before the period. */
  readonly signups: Readonly<Record<string, number>>
  readonly tickets: Readonly<Record<string, TicketTruth>>
  /** By hours to resolution; the lower bound belongs to a bucket, the upper one does not. */
  readonly resolution: Readonly<Record<ResolutionBucket, number>>
  /** Duration in whole seconds. */
  readonly sessionsByDuration: Readonly<Record<DurationBucket, SessionTruth>>
  readonly sessionsByDevice: Readonly<Record<string, SessionTruth>>
  readonly status: { readonly known: StatusTruth; readonly inferred: StatusTruth }
  /** Known customers only; what came after the as-of day does not count. */
  readonly churn: readonly ChurnTruth[]
  /** Known customers only; what came after the as-of day does not count. */
  readonly places: readonly PlaceTruth[]
  readonly lifetime: {
    readonly buyers: number
    readonly amount: string
    /** From first to last transaction, added up over the buyers. */
    readonly days: number
    /** Distinct pairs of customer and month with a transaction. */
    readonly customerMonths: number
    /** The known customers with the largest amounts. */
    readonly top: readonly ProfileTruth[]
  }
}

export const resolutionBuckets = ['0-12h', '12-24h', '1-2d', '2-5d', '5d+', 'open', 'unknown'] as const
export type ResolutionBucket = (typeof resolutionBuckets)[number]
export const durationBuckets = ['0', '1-10', '11-60', '61-120', '121-180', '181+', 'unknown'] as const
export type DurationBucket = (typeof durationBuckets)[number]

/** Both retailers over the same customers. */
export interface UnifiedTruth {
  /** What the nine CSV files mean by themselves. */
  readonly retail: Truth
  readonly channels: { readonly online: Sales; readonly in_store: Sales; readonly marketplace: Sales }
  /** Over all channels, only Completed orders counted, and both ticket desks. */
  readonly activity: ActivityTruth
  /** Customers whose two records differ in that field, both having one. */
  readonly conflicts: { readonly name: number; readonly email: number }
  /** Customers that only one of the two sources knows. */
  readonly onlyInCustomers: number
  readonly onlyInMaster: number
}

/** What a generator tells about the files it wrote. */
export interface ManifestOf<G extends string, T> {
  readonly generator: G
  readonly seed: number
  readonly customers: number
  /** First and last day of sales, ISO. */
  readonly period: { readonly first: string; readonly last: string }
  readonly files: Readonly<Record<string, FileCount>>
  readonly truth: T
  /** How many of each kind; the defects themselves are in `defects.jsonl`, one JSON object a line. */
  readonly defects: Readonly<Record<string, number>>
}

export type RetailManifest = ManifestOf<'retail', Truth>
export type ChoiceManifest = ManifestOf<'choice', ActivityTruth>
export type UnifiedManifest = ManifestOf<'unified', UnifiedTruth>
export type Manifest = RetailManifest | ChoiceManifest | UnifiedManifest

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

/** 1234 cents -> `12.34`; not for negative ones. */
export const money = (cents: number): string => {
  const part = cents % 100
  return `${(cents - part) / 100}.${part < 10 ? '0' : ''}${part}`
}

/** -1234 cents -> `-12.34`. */
export const signedMoney = (cents: number): string => (cents < 0 ? `-${money(-cents)}` : money(cents))
