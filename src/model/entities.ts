import type { Entity, EntityName, Field, FieldType, Pii } from './types.ts'

const field = (
  name: string,
  type: FieldType,
  description: string,
  more: Partial<Omit<Field, 'name' | 'type' | 'description'>> & { pii?: Pii } = {},
): Field => ({ name, type, description, pii: 'none', ...more })

const customerRef = field('customer_id', 'text', 'Customer', { references: 'customer', pii: 'indirect' })

/** The canonical customer model: what a contract maps its columns onto. Keys come first. */
export const entities: readonly Entity[] = [
  {
    name: 'customer',
    description: 'A person who buys, writes or browses',
    kind: 'master',
    key: ['customer_id'],
    fields: [
      field('customer_id', 'text', "The source's number for the customer", { pii: 'indirect' }),
      field('name', 'text', 'Full name as one text', { pii: 'direct' }),
      field('first_name', 'text', 'First word of the name', { pii: 'direct' }),
      field('last_name', 'text', 'All further words of the name', { pii: 'direct' }),
      field('email', 'text', 'E-mail address in lower case', { pii: 'direct' }),
      field('phone', 'text', 'Digits with country prefix', { pii: 'direct' }),
      field('address', 'text', 'Postal address as one text', { pii: 'direct' }),
      field('city', 'text', 'City', { pii: 'indirect' }),
      field('state', 'text', 'State', { pii: 'indirect' }),
      field('signup_date', 'date', 'Day of the first registration'),
      field('email_opt_in', 'boolean', 'May be written to by e-mail'),
      field('sms_opt_in', 'boolean', 'May be written to by SMS'),
    ],
  },
  {
    name: 'product',
    description: 'Something that is sold',
    kind: 'master',
    key: ['product_id'],
    fields: [
      field('product_id', 'text', "The source's number for the product"),
      field('name', 'text', 'Product name; not unique'),
      field('category', 'text', 'Product category'),
      field('price', 'decimal', 'List price', { unit: 'currency', min: 0 }),
    ],
  },
  {
    name: 'store',
    description: 'A place of sale',
    kind: 'master',
    key: ['store_id'],
    fields: [
      field('store_id', 'text', "The source's number for the store"),
      field('location', 'text', 'Location as one text'),
      field('city', 'text', 'City'),
      field('state', 'text', 'State'),
      field('manager', 'text', "Manager's name", { pii: 'employee' }),
      field(
        'opening_hours',
        'text',
        "Opening hours as the source writes them, for example '8:00 AM - 8:00 PM'",
      ),
      field('time_zone', 'text', 'IANA time zone of the store'),
    ],
  },
  {
    name: 'agent',
    description: 'Somebody who answers customers',
    kind: 'master',
    key: ['agent_id'],
    fields: [
      field('agent_id', 'text', "The source's number for the agent", { pii: 'employee' }),
      field('name', 'text', "Agent's name; not unique", { pii: 'employee' }),
      field('department', 'text', 'Department'),
      field('shift', 'text', 'Shift'),
    ],
  },
  {
    name: 'transaction',
    description: 'One line of a sale or refund, in whatever channel',
    kind: 'event',
    key: ['transaction_id'],
    fields: [
      field('transaction_id', 'text', "The source's number for the line"),
      field(
        'order_id',
        'text',
        'The order it belongs to; the transaction itself where the source has no orders',
      ),
      customerRef,
      field('product_id', 'text', 'Product', { references: 'product' }),
      field('store_id', 'text', 'Store', { references: 'store' }),
      field('city', 'text', 'City of the sale, where the source names one'),
      field('state', 'text', 'State of the sale, where the source names one'),
      field('channel', 'text', 'Where it was sold: online, in_store or any other word'),
      field('occurred_at', 'timestamp', 'Instant of the sale, UTC'),
      field('amount', 'decimal', 'Value of the line; negative for a refund', { unit: 'currency' }),
      field('quantity', 'integer', 'Pieces', { unit: 'pieces' }),
      field('payment_method', 'text', 'How it was paid'),
      field('status', 'text', 'State of the sale in the source'),
      field('currency', 'text', 'ISO 4217 code; rows in another than the project’s are quarantined'),
    ],
  },
  {
    name: 'service_interaction',
    description: 'A ticket or contact with customer service',
    kind: 'event',
    key: ['interaction_id'],
    fields: [
      field('interaction_id', 'text', "The source's number for the interaction"),
      customerRef,
      field('agent_id', 'text', 'Agent who answered', { references: 'agent', pii: 'employee' }),
      field('opened_at', 'timestamp', 'Instant it was opened, UTC'),
      field('resolved_at', 'timestamp', 'Instant it was resolved, UTC; NULL while open'),
      field('issue_type', 'text', 'What it was about'),
      field('resolution_status', 'text', 'State in the source; Resolved counts as resolved'),
      field('satisfaction_score', 'integer', 'Rating from 1 to 5', { min: 1, max: 5 }),
    ],
    chronology: [{ earlier: 'opened_at', later: 'resolved_at' }],
  },
  {
    name: 'loyalty_account',
    description: 'A membership of a customer; one customer may hold several',
    kind: 'master',
    key: ['loyalty_id'],
    fields: [
      field('loyalty_id', 'text', "The source's number for the membership", { pii: 'indirect' }),
      customerRef,
      field('points_earned', 'integer', 'Points on the account', { unit: 'points' }),
      field('tier', 'text', 'Tier name'),
      field('joined_on', 'date', 'Day of joining'),
    ],
  },
  {
    name: 'loyalty_transaction',
    description: 'A change of points on a membership',
    kind: 'event',
    key: ['loyalty_id', 'occurred_at'],
    fields: [
      field('loyalty_id', 'text', 'Membership', { references: 'loyalty_account', pii: 'indirect' }),
      field('occurred_at', 'timestamp', 'Instant of the change, UTC'),
      field('points_change', 'integer', 'Points added (or taken)', { unit: 'points' }),
      field('reason', 'text', 'Why'),
    ],
  },
  {
    name: 'web_session',
    description: 'A visit to the web shop',
    kind: 'event',
    key: ['session_id'],
    fields: [
      field('session_id', 'text', "The source's number for the session", { pii: 'indirect' }),
      customerRef,
      field('started_at', 'timestamp', 'Instant it began, UTC'),
      field('page_views', 'integer', 'Pages seen', { unit: 'pages', min: 0 }),
      field('duration_seconds', 'integer', 'Length', { unit: 'seconds', min: 0 }),
      field('device', 'text', 'Kind of device'),
    ],
  },
]

const byName = new Map(entities.map((entity) => [entity.name, entity]))

export function entityNamed(name: EntityName): Entity {
  const entity = byName.get(name)
  if (!entity) throw new RangeError(`no entity named ${name}`)
  return entity
}
