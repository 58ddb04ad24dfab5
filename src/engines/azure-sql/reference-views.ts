import { type Gold, viewStatement } from './gold-ddl.ts'
import { ident, named } from './names.ts'

/** A view under the name and columns that reports upon the reference project know, over a certified model. */
interface ReferenceView {
  readonly name: string
  readonly parts: readonly Part[]
}

interface Part {
  readonly model: string
  /** Column of the view -> column of the model; without one it is NULL there. */
  readonly columns: readonly (readonly [column: string, from: string | undefined])[]
}

const plain = (name: string, model: string, columns: Part['columns']): ReferenceView => ({
  name,
  parts: [{ model, columns }],
})

const views: readonly ReferenceView[] = [
  {
    // An order online has no store, and one in a store no product: each average stands where it is known.
    name: 'View_AverageOrderValue',
    parts: [
      {
        model: 'average_order_value_by_product',
        columns: [
          ['ProductID', 'product_id'],
          ['ProductName', 'product_name'],
          ['Category', 'category'],
          ['StoreLocation', undefined],
          ['AverageOrderValue', 'average_order_value'],
        ],
      },
      {
        model: 'average_order_value_by_store',
        columns: [
          ['ProductID', undefined],
          ['ProductName', undefined],
          ['Category', undefined],
          ['StoreLocation', 'store_location'],
          ['AverageOrderValue', 'average_order_value'],
        ],
      },
    ],
  },
  plain('View_CustomerSegmentation', 'customer_segmentation', [
    ['CustomerID', 'customer_id'],
    ['CustomerName', 'customer_name'],
    ['TotalSpend', 'total_spend'],
    ['PurchaseFrequency', 'purchase_frequency'],
    ['TierLevel', 'tier_level'],
    ['CustomerSegment', 'customer_segment'],
  ]),
  plain('View_PeakTimes', 'peak_times', [
    ['Channel', 'channel'],
    ['DayOfWeek', 'day_of_week'],
    ['HourOfDay', 'hour_of_day'],
    ['TransactionCount', 'transaction_count'],
  ]),
  plain('View_AgentPerformance', 'agent_performance', [
    ['AgentID', 'agent_id'],
    ['AgentName', 'agent_name'],
    ['TotalInteractions', 'total_interactions'],
    ['ResolvedInteractions', 'resolved_interactions'],
    ['ResolutionSuccessRate', 'resolution_success_rate'],
  ]),
]

/** The reference's views, as far as gold has the models and columns they need. */
export function referenceViews(gold: Gold): string[] {
  const has = ({ model, columns }: Part): boolean => {
    const table = gold.tables.find(({ name }) => name === model)
    const known = new Set(table?.columns.map(([name]) => name))
    return columns.every(([, from]) => from === undefined || known.has(from))
  }
  return views
    .filter(({ parts }) => parts.every(has))
    .map(({ name, parts }) =>
      viewStatement(gold.schema, name, parts.map((part) => select(gold, part)).join('\nunion all\n')),
    )
}

const select = ({ schema }: Gold, { model, columns }: Part): string =>
  `select ${columns.map(([column, from]) => `${from === undefined ? 'null' : ident(from)} as ${ident(column)}`).join(', ')} from ${named(schema, model)}`
