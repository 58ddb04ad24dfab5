import { average, count, countDistinct, known, sum } from '../expression.ts'
import { type Measure, measure } from '../measure.ts'

export const webMeasures: readonly Measure[] = [
  measure('sessions', 'Sessions', 'count', count('sessions'), {
    better: 'higher',
    description: 'Web sessions, by the day they began',
  }),
  measure('page_views', 'Page views', 'count', sum('sessions', 'page_views'), {
    better: 'higher',
    description: 'Pages seen in web sessions',
  }),
  measure(
    'pages_per_session',
    'Pages per session',
    'decimal',
    average(sum('sessions', 'page_views'), count('sessions', known('page_views'))),
    { better: 'higher', description: 'Pages seen, per session whose pages are known' },
  ),
  measure(
    'session_duration',
    'Session length',
    'seconds',
    average(sum('sessions', 'duration_seconds'), count('sessions', known('duration_seconds'))),
    {
      better: 'neither',
      description: 'Average length of the measured sessions, in seconds',
      traps: 'Sessions without a length are left out, not zero.',
    },
  ),
  measure('session_visitors', 'Visitors', 'count', countDistinct('sessions', 'customer_id'), {
    better: 'higher',
    description: 'Distinct known customers with a session',
    traps: 'Sessions without a known customer are in nobody’s name.',
  }),
]
