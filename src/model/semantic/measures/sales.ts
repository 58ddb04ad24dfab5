import {
  all,
  average,
  count,
  countDistinct,
  type Expression,
  isTrue,
  known,
  percent,
  sum,
} from '../expression.ts'
import { type Measure, measure } from '../measure.ts'

const counted = isTrue('is_sale')
const revenue = sum('sales', 'amount', counted)

/** A line that is a whole order counts as one, the lines of a shared order as one together. */
const orders: Expression = {
  op: 'add',
  terms: [
    count('sales', all(counted, { is: 'null', column: 'shared_order' })),
    countDistinct('sales', 'shared_order', counted),
  ],
}
const buyers = countDistinct('sales', 'customer_id', counted)
const repeaters: Expression = {
  op: 'count_having',
  fact: 'sales',
  per: 'customer_id',
  having: orders,
  atLeast: 2,
  where: all(counted, known('customer_id')),
}
const withStatus = (value: string): Expression =>
  sum('sales', 'amount', { is: 'word', column: 'status', value })

export const salesMeasures: readonly Measure[] = [
  measure('revenue', 'Revenue', 'money', revenue, {
    better: 'higher',
    description: 'Sum of the amounts of counted transactions',
    traps:
      'Refunds are included and take away; pending and failed sales count only where counted_statuses says so.',
    rules: ['counted_statuses'],
  }),
  measure('orders', 'Orders', 'count', orders, {
    better: 'higher',
    description: 'Distinct counted orders',
    traps:
      'An order with several lines is one order, and one in every product, category or day its lines are in: parts may add up to more than the whole.',
    rules: ['counted_statuses'],
  }),
  measure('aov', 'Average order value', 'money', average(revenue, orders), {
    better: 'higher',
    description: 'Revenue divided by orders',
    traps:
      'A ratio of sums, never a mean of ratios; no orders gives no value, not 0; by product only the lines of the product count.',
    rules: ['counted_statuses'],
  }),
  measure('buyers', 'Buyers', 'count', buyers, {
    better: 'higher',
    description: 'Distinct customers with a counted transaction',
    traps: 'Sales without a known customer are in nobody’s name; somebody who buys in two months is in both.',
    rules: ['counted_statuses'],
  }),
  measure('repeat_rate', 'Repeat rate', 'percent', percent(repeaters, buyers), {
    better: 'higher',
    description: 'Customers with at least two counted orders, of those with at least one',
    traps:
      'Within the filters: two orders in two months are no repeat in either; young customers had no time.',
    rules: ['counted_statuses'],
  }),
  measure('transactions', 'Transactions', 'count', count('sales', counted), {
    better: 'higher',
    description: 'Counted transaction lines',
    rules: ['counted_statuses'],
  }),
  measure('quantity', 'Pieces', 'count', sum('sales', 'quantity', counted), {
    better: 'higher',
    description: 'Pieces in counted transactions',
    traps: 'Lines without a quantity add nothing.',
    rules: ['counted_statuses'],
  }),
  measure('transaction_value', 'Value of all statuses', 'money', sum('sales', 'amount'), {
    better: 'neither',
    description: 'Sum of the amounts of all transactions, whatever became of them',
  }),
  measure('pending_value', 'Pending', 'money', withStatus('pending'), {
    better: 'neither',
    description: 'Sum of the amounts of transactions whose status is Pending, in any case',
    traps: 'Where counted_statuses counts Pending, it is in revenue as well.',
  }),
  measure('failed_value', 'Failed', 'money', withStatus('failed'), {
    better: 'lower',
    description: 'Sum of the amounts of transactions whose status is Failed, in any case',
    traps: 'Where counted_statuses counts Failed, it is in revenue as well.',
  }),
]
