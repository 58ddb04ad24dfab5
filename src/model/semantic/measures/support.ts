import { average, count, countDistinct, isTrue, known, percent, sum } from '../expression.ts'
import { type Measure, measure } from '../measure.ts'

const interactions = count('interactions')
const resolved = count('interactions', isTrue('is_resolved'))
const answered = count('interactions', known('satisfaction_score'))
const satisfied = count('interactions', { is: 'at_least', column: 'satisfaction_score', value: 4 })
const DAYS_30 = 30 * 86_400

export const supportMeasures: readonly Measure[] = [
  measure('interactions', 'Contacts', 'count', interactions, {
    better: 'neither',
    description: 'Contacts with customer service, by the day they were opened',
  }),
  measure('resolved', 'Resolved', 'count', resolved, {
    better: 'higher',
    description: 'Contacts that were resolved, by the day they were opened',
    traps: 'Resolved is the status Resolved or, without a status, a time of resolution.',
  }),
  measure('resolution_rate', 'Resolution rate', 'percent', percent(resolved, interactions), {
    better: 'higher',
    description: 'Resolved contacts of all contacts, pooled',
    traps: 'Not the mean of the agents’ rates; recent contacts had no time to be resolved.',
  }),
  measure(
    'open_interactions',
    'Open',
    'count',
    count('interactions', { is: 'false', column: 'is_resolved' }),
    {
      better: 'lower',
      description: 'Contacts that are not resolved as of the version, escalated ones included',
    },
  ),
  measure(
    'resolution_hours',
    'Time to resolution',
    'hours',
    average(
      sum('interactions', 'resolution_seconds'),
      count('interactions', known('resolution_seconds')),
      3600,
    ),
    {
      better: 'lower',
      description: 'Average hours from opening to resolution of the contacts with both times',
      traps: 'Open contacts are not zero but absent, so the newest days look quick.',
    },
  ),
  measure('csat', 'Satisfaction', 'percent', percent(satisfied, answered), {
    better: 'higher',
    description: 'Ratings of 4 and 5, of all ratings',
    traps: 'Contacts without a rating are in neither; look at the response rate.',
  }),
  measure('answered', 'Ratings', 'count', answered, {
    better: 'higher',
    description: 'Contacts with a rating',
  }),
  measure('response_rate', 'Response rate', 'percent', percent(answered, interactions), {
    better: 'higher',
    description: 'Contacts with a rating, of all contacts',
  }),
  measure('agents', 'Agents', 'count', countDistinct('interactions', 'agent_id'), {
    better: 'neither',
    description: 'Distinct agents with a contact',
    traps: 'By id, never by name; an agent is in every month with a contact.',
  }),
  measure(
    'repeat_contacts',
    'Repeat contacts',
    'count',
    count('interactions', { is: 'at_most', column: 'seconds_since_contact', value: DAYS_30 }),
    {
      better: 'lower',
      description: 'Contacts of a customer who had opened another within the 30 days before',
      traps:
        'The one before counts whatever the filters leave of it; contacts without a known customer are never repeats.',
    },
  ),
]
