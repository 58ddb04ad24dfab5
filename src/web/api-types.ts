import type { z } from 'zod'
import type * as common from '../server/schemas/common.ts'
import type * as data from '../server/schemas/data.ts'
import type * as people from '../server/schemas/people.ts'
import type * as query from '../server/schemas/query.ts'
import type * as session from '../server/schemas/session.ts'
import type * as setup from '../server/schemas/setup.ts'

/** What the API answers, named for the screens. The schemas are the server's; only their types come along. */
export type Failure = z.infer<typeof common.failure>
export type Table = z.infer<typeof common.table>
export type SessionInfo = z.infer<typeof session.session>
export type SemanticModel = z.infer<typeof query.semanticModel>
export type QueryRequest = z.infer<typeof query.queryRequest>
export type QueryResponse = z.infer<typeof query.queryResponse>

export type GoldTable = z.infer<typeof data.goldTable>
export type RunSummary = z.infer<typeof data.runSummary>
export type Runs = z.infer<typeof data.runsResponse>
export type RunDetail = z.infer<typeof data.runDetail>
export type Quality = z.infer<typeof data.quality>
export type LineageGraph = z.infer<typeof data.lineageGraph>
export type HeldRow = z.infer<typeof data.heldRow>
export type Quarantine = z.infer<typeof data.quarantineResponse>
export type Decision = z.infer<typeof data.decisionRequest>
export type LegacyFiles = z.infer<typeof data.legacyFiles>
export type ReconcileReport = z.infer<typeof data.reconcileResponse>
export type ExplainRequest = z.infer<typeof data.explainRequest>
export type Explained = z.infer<typeof data.explainResponse>
export type SqlRequest = z.infer<typeof data.sqlRequest>
export type SqlResult = z.infer<typeof data.sqlResponse>
export type Tables = z.infer<typeof data.tablesResponse>
export type ExportRequest = z.infer<typeof data.exportRequest>

export type FoundCustomer = z.infer<typeof people.found>
export type Found = z.infer<typeof people.searchResponse>
export type Condition = z.infer<typeof people.condition>
export type CustomersRequest = z.infer<typeof people.customersRequest>
export type Customers = z.infer<typeof people.customersResponse>
export type CustomerColumns = z.infer<typeof people.customerColumns>
export type Profile = z.infer<typeof people.profile>
export type TimelineEntry = z.infer<typeof people.timelineEntry>
export type Timeline = z.infer<typeof people.timelineResponse>
export type Revealed = z.infer<typeof people.revealed>
export type Audience = z.infer<typeof people.audience>
export type SavedView = z.infer<typeof people.savedView>

export type Upload = z.infer<typeof setup.uploadResponse>
export type InspectRequest = z.infer<typeof setup.inspectRequest>
export type Inspection = z.infer<typeof setup.inspectResponse>
export type CreateRequest = z.infer<typeof setup.createRequest>
export type Created = z.infer<typeof setup.createResponse>
