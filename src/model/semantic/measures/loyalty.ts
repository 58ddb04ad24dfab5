import { count, countDistinct, sum } from '../expression.ts'
import { type Measure, measure } from '../measure.ts'

export const loyaltyMeasures: readonly Measure[] = [
  measure('members', 'Members', 'count', countDistinct('accounts', 'customer_id'), {
    better: 'higher',
    description: 'Distinct customers with a membership, as of the version',
    traps: 'A customer with several memberships is one member; memberships of nobody known are in none.',
  }),
  measure('active_members', 'Active members', 'count', countDistinct('points', 'account.customer_id'), {
    better: 'higher',
    description: 'Distinct members whose points changed',
    traps: 'Any change counts, a correction too; a member is in every month with a change.',
  }),
  measure('accounts', 'Memberships', 'count', count('accounts'), {
    better: 'higher',
    description: 'Memberships, as of the version',
  }),
  measure('points_balance', 'Points balance', 'points', sum('accounts', 'points_earned'), {
    better: 'neither',
    description: 'Points on all memberships, as of the version',
    traps: 'As the source states it; it need not be the sum of the known changes.',
  }),
  measure(
    'points_issued',
    'Points issued',
    'points',
    sum('points', 'points_change', { is: 'above', column: 'points_change', value: 0 }),
    { better: 'neither', description: 'Points added' },
  ),
  measure(
    'points_redeemed',
    'Points redeemed',
    'points',
    {
      op: 'negate',
      of: sum('points', 'points_change', { is: 'below', column: 'points_change', value: 0 }),
    },
    {
      better: 'higher',
      description: 'Points taken, as a positive number',
      traps: 'Corrections that take points away are in it.',
    },
  ),
]
