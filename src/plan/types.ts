import type { Project } from '../project/types.ts'
import type { Dialect } from '../sql/dialect.ts'
import type { LookupCount } from './lookup.ts'

/** A file seen at one content, as bronze knows it. `rows` counts its records, 1..rows are their numbers. */
export interface Delivery {
  readonly delivery: number
  /** Path below the landing folder. */
  readonly path: string
  readonly sha256: string
  readonly size: number
  readonly modified: number
  readonly rows: number
  readonly malformed: number
  readonly blankLines: number
  /** Hash of the format it was read with. */
  readonly format: string
  readonly runId: string
  /** Where its Parquet files lie: paths an engine can read. A file may hold rows of other deliveries as well. */
  readonly urls: readonly string[]
}

/** One bronze table: its columns (physical name and the header they came from) and its deliveries in order. */
export interface BronzeTable {
  readonly columns: readonly { readonly name: string; readonly original: string }[]
  readonly deliveries: readonly Delivery[]
}

export type DecisionKind = 'edit' | 'dismiss' | 'reopen' | 'retract' | 'restore' | 'accept'

/**
 * A person's word about a row or a delivery, without the values it carries (those are read by SQL).
 * `edit`, `dismiss`, `reopen` are about a row; `retract`, `restore` and `accept` (a full load's deletions) about a delivery.
 */
export interface Decision {
  /** 1, 2, ... over the whole project; later ones win. */
  readonly id: number
  readonly kind: DecisionKind
  readonly source: string
  readonly delivery: number
  readonly row?: number
  /** The published version the person looked at. */
  readonly version: number
}

export interface Decisions {
  readonly list: readonly Decision[]
  readonly urls: readonly string[]
}

/** What the lake holds. */
export interface LakeState {
  readonly sources: Readonly<Record<string, BronzeTable>>
  readonly decisions: Decisions
}

/** What one source's silver was made from. */
export interface BuiltSource {
  /** contractHash of its contract. */
  readonly contract: string
  /** Deliveries that counted. */
  readonly deliveries: readonly number[]
  /** The newest delivery bronze had, counting or not. */
  readonly known: number
  /** The newest decision about it, 0 = none. */
  readonly decisions: number
}

/** What a published version was built from: the planner compares it with what there is now. */
export interface BuiltFrom {
  readonly sources: Readonly<Record<string, BuiltSource>>
  /** Hash per relation in `conformed` and `rules`. */
  readonly relations: Readonly<Record<string, string>>
  /** Hash per gold model. */
  readonly models: Readonly<Record<string, string>>
}

/** A gold model as the planner sees it: compiled, checked and in dependency order. */
export interface PlannedModel {
  readonly name: string
  /** Hash of its text and of the compiler. */
  readonly hash: string
  /** A SELECT; other models are named without a schema, inputs with `conformed.` or `rules.`. */
  readonly sql: string
  readonly reads: readonly { readonly schema?: string; readonly name: string }[]
  /** The certificate's query, over schema `gold`. */
  readonly certify: string
  /** Where the SELECT begins, for messages about it. */
  readonly at: { readonly file: string; readonly line: number }
}

export type SourceMode = 'rebuild' | 'merge'

interface StepBase {
  readonly name: string
  /** Reasons for people: a new delivery, a changed contract, model, rule or parent. */
  readonly why: readonly string[]
  readonly statements: readonly string[]
  /** What would take something away from readers of the version before; done once this one is published. */
  readonly afterwards?: readonly string[]
}

/** Earlier steps of its kind that must be done before this one; all the others may be done at the same time. */
export type Needs = readonly string[]

export interface SourceStep extends StepBase {
  readonly kind: 'source'
  readonly mode: SourceMode
  readonly needs: Needs
  /** Query: one row per delivery with the count of each fate, and whether they add up to its rows. */
  readonly accounting: string
  /** Only where loads are full. Query: delivery, would_delete, living of those that wait for a person. */
  readonly held?: string
}

export interface ModelStep extends StepBase {
  readonly kind: 'model'
  readonly needs: Needs
  /** Query: one row, for its certificate and its `row_count`. */
  readonly certify: string
  readonly at: PlannedModel['at']
}

/** Steps in an order in which they can be done: plain data that can be shown, explained and executed. */
export type Step = SourceStep | ModelStep | (StepBase & { readonly kind: 'prepare' | 'relation' | 'drop' })

export interface Plan {
  /** The version the work starts from; undefined = an empty warehouse. */
  readonly base: number | undefined
  readonly steps: readonly Step[]
  /** Relations fed by several sources of one thing, and the query that counts their contradictions. */
  readonly conflicts: readonly { readonly relation: string; readonly query: string }[]
  /** Columns that refer by a value, and the query that counts what they found. */
  readonly lookups: readonly LookupCount[]
  /** What the version will have been built from, once published. */
  readonly builtFrom: BuiltFrom
}

export interface PlanInput {
  readonly project: Project
  /** Shipped and own models, in dependency order. */
  readonly models: readonly PlannedModel[]
  readonly dialect: Dialect
  readonly lake: LakeState
  /** What the newest published version was built from. */
  readonly published: { readonly version: number; readonly builtFrom: BuiltFrom } | undefined
  readonly fullRefresh: boolean
}
