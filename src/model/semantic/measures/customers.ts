import { average, count, countDistinct, isTrue, percent, sum } from '../expression.ts'
import { type Measure, measure } from '../measure.ts'

const spend = sum('customers', 'total_spend')
const customers = count('customers')
const ofCohort = countDistinct('cohorts', 'customer_id')
const retained = countDistinct('cohorts', 'customer_id', isTrue('is_retained'))

export const customerMeasures: readonly Measure[] = [
  measure('customers', 'Customers', 'count', customers, {
    better: 'higher',
    description: 'Customers, as of the version',
    traps: 'With those who are only known because something refers to them, as in the segments.',
  }),
  measure(
    'high_value_customers',
    'High-value customers',
    'count',
    {
      op: 'filter',
      of: customers,
      where: { is: 'equal', column: 'customer_segment', value: 'High-Value Customer' },
    },
    {
      better: 'higher',
      description: 'Customers of the segment High-Value Customer, as of the version',
      traps: 'Ties at the threshold can pass the percentile.',
      rules: ['counted_statuses', 'high_value'],
    },
  ),
  measure('lifetime_value', 'Lifetime value', 'money', spend, {
    better: 'higher',
    description: 'Sum of all that customers have spent, as of the version',
    traps: 'History, not a forecast; sales without a known customer are not in it.',
    rules: ['counted_statuses'],
  }),
  measure('average_lifetime_value', 'Average lifetime value', 'money', average(spend, customers), {
    better: 'higher',
    description: 'Lifetime value per customer, as of the version',
    traps: 'Customers who never bought are in the denominator.',
    rules: ['counted_statuses'],
  }),
  measure('signups', 'Registrations', 'count', count('signups', { is: 'known', column: 'signup_date' }), {
    better: 'higher',
    description: 'Customers who registered, by the day they did',
    traps: 'Customers whose day is not known are not in it.',
  }),
  measure('cohort_customers', 'Cohort', 'count', ofCohort, {
    better: 'higher',
    description:
      'Distinct customers by their first counted sale; by months since, those whose month had begun by the as-of day',
    traps: 'Cohorts too young for a month since are not in it.',
    rules: ['counted_statuses', 'calendar'],
  }),
  measure('retained_customers', 'Retained', 'count', retained, {
    better: 'higher',
    description: 'Of the cohort, those with a counted sale in the month',
    traps: 'Read it by months since: month 0 is the month of the first sale, when all of them bought.',
    rules: ['counted_statuses', 'calendar'],
  }),
  measure('retention_rate', 'Retention', 'percent', percent(retained, ofCohort), {
    better: 'higher',
    description: 'Retained customers of the cohort’s customers',
    traps: 'Read it by months since, otherwise it is 100 %; the month of the as-of day is partial.',
    rules: ['counted_statuses', 'calendar'],
  }),
]
