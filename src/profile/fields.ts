import type { EntityName } from '../model/types.ts'
import type { Token } from './vocabulary.ts'

/**
 * How headers name the fields of an entity: concepts of the vocabulary that all must occur, `~` gives a weight below 1
 * to names that are less telling. `id` and `name` alone are the entity's own.
 */
const patterns: Readonly<Record<EntityName, Readonly<Record<string, readonly string[]>>>> = {
  customer: {
    customer_id: [
      'customer id',
      'customer account~0.8',
      'account id~0.75',
      'loyalty id~0.55',
      'id~0.85',
      'customer~0.7',
    ],
    name: ['name', 'customer name', 'full name', 'customer~0.5'],
    first_name: ['firstname', 'first~0.6'],
    last_name: ['lastname', 'last~0.6'],
    email: ['email', 'email address'],
    phone: ['phone', 'phone id'],
    address: ['address'],
    city: ['city'],
    state: ['state'],
    signup_date: [
      'signup when',
      'signup~0.9',
      'opened when~0.8',
      'joined when~0.8',
      'customer joined~0.8',
      'joined~0.7',
      'opened~0.6',
    ],
    email_opt_in: ['email optin', 'optin~0.7'],
    sms_opt_in: ['sms optin', 'phone optin~0.8', 'sms~0.7'],
  },
  product: {
    product_id: ['product id', 'code_of_product', 'id~0.85', 'product~0.6'],
    name: ['name', 'product name', 'product description~0.8', 'description~0.7', 'product~0.6'],
    category: ['category', 'product category', 'product type~0.8', 'type~0.7'],
    price: ['price', 'list price', 'unit price', 'price amount', 'product price'],
  },
  store: {
    store_id: ['store id', 'id~0.85', 'store~0.6', 'location id~0.8'],
    location: ['location', 'store location', 'store name~0.9', 'name~0.8', 'address~0.6', 'store~0.55'],
    city: ['city'],
    state: ['state'],
    manager: ['manager', 'store manager', 'manager name'],
    opening_hours: ['open hours', 'hours', 'open when~0.8', 'hours when~0.8'],
    time_zone: ['zone'],
  },
  agent: {
    agent_id: ['agent id', 'id~0.85', 'agent~0.6'],
    name: ['name', 'agent name', 'firstname~0.5', 'agent~0.6'],
    department: ['department', 'agent department'],
    shift: ['shift', 'shift type~0.9'],
  },
  transaction: {
    transaction_id: ['transaction id', 'line id~0.75', 'id~0.8'],
    order_id: ['order id', 'order~0.7'],
    customer_id: ['customer id', 'loyalty id~0.5', 'account id~0.55', 'customer~0.75'],
    product_id: ['product id', 'code_of_product', 'product~0.75'],
    store_id: ['store id', 'store~0.75', 'location id~0.8'],
    channel: ['channel', 'transaction channel'],
    occurred_at: [
      'when',
      'order when',
      'transaction when',
      'opened when~0.85',
      'payment when~0.7',
      'opened~0.6',
    ],
    amount: [
      'amount',
      'order amount',
      'transaction amount',
      'amount gross',
      'line amount',
      'price amount',
      'amount net~0.85',
      'transaction~0.5',
      'price~0.55',
    ],
    quantity: ['quantity'],
    payment_method: ['payment method', 'payment~0.8', 'method~0.5'],
    status: ['status', 'order status', 'transaction status'],
    currency: ['currency', 'currency id'],
    city: ['city', 'store city'],
    state: ['state', 'store state'],
  },
  service_interaction: {
    interaction_id: ['ticket id', 'id~0.8'],
    customer_id: ['customer id', 'account id~0.55', 'customer~0.75'],
    agent_id: ['agent id', 'agent~0.8'],
    opened_at: ['opened when', 'ticket when~0.95', 'when~0.85', 'opened'],
    resolved_at: ['resolved when', 'resolved', 'resolution when'],
    issue_type: ['issue type', 'issue', 'ticket type~0.9', 'type~0.6'],
    resolution_status: ['resolution status', 'ticket status', 'status~0.95', 'resolution~0.7'],
    satisfaction_score: ['satisfaction score', 'satisfaction', 'score~0.8'],
  },
  loyalty_account: {
    loyalty_id: ['loyalty id', 'loyalty account', 'account id~0.7', 'id~0.75', 'loyalty~0.6'],
    customer_id: ['customer id', 'customer~0.75'],
    points_earned: ['points balance', 'points', 'balance~0.5'],
    tier: ['tier', 'loyalty tier', 'loyalty status~0.7', 'status~0.55'],
    joined_on: ['joined when', 'joined', 'signup when~0.9', 'signup~0.8', 'opened when~0.7', 'when~0.6'],
  },
  loyalty_transaction: {
    loyalty_id: ['loyalty id', 'loyalty account', 'account id~0.8', 'loyalty~0.6'],
    occurred_at: ['when', 'transaction when', 'opened when~0.8'],
    points_change: ['points change', 'points', 'points amount~0.9', 'change~0.6'],
    reason: ['reason', 'transaction type~0.7', 'type~0.6', 'description~0.6'],
  },
  web_session: {
    session_id: ['session id', 'id~0.8'],
    customer_id: ['customer id', 'customer~0.75'],
    started_at: ['session when', 'opened when', 'session opened', 'when~0.85', 'opened~0.8'],
    page_views: ['page view', 'page~0.85', 'page quantity', 'view~0.7'],
    duration_seconds: ['duration', 'session duration', 'session when duration', 'duration when'],
    device: ['device', 'device type'],
  },
}

interface Pattern {
  readonly concepts: readonly string[]
  readonly weight: number
}

const parsed = new Map<string, readonly Pattern[]>()

function patternsOf(entity: EntityName, field: string): readonly Pattern[] {
  const key = `${entity}.${field}`
  const known = parsed.get(key)
  if (known) return known
  const made = (patterns[entity][field] ?? []).map((text) => {
    const [concepts = '', weight = '1'] = text.split('~')
    return { concepts: concepts.split(' '), weight: Number(weight) }
  })
  parsed.set(key, made)
  return made
}

export const fieldsOf = (entity: EntityName): readonly string[] => Object.keys(patterns[entity])

/** Words whose presence says little: the entity's own and fillers. */
const own: Readonly<Record<EntityName, readonly string[]>> = {
  customer: ['customer'],
  product: ['product'],
  store: ['store'],
  agent: ['agent'],
  transaction: ['transaction', 'order', 'line'],
  service_interaction: ['ticket', 'customer', 'issue'],
  loyalty_account: ['loyalty', 'account', 'customer'],
  loyalty_transaction: ['loyalty', 'account', 'transaction', 'points'],
  web_session: ['session', 'online'],
}

const fillers = new Set([
  'the',
  'of',
  'de',
  'del',
  'la',
  'le',
  'und',
  'and',
  'x',
  'f',
  'col',
  'field',
  'fld',
  'src',
  'in',
  'a',
  'full',
  'list',
])

/** Concepts that make another thing of a header when the pattern does not ask for them. */
const telling = new Set([
  'id',
  'name',
  'when',
  'amount',
  'quantity',
  'email',
  'phone',
  'status',
  'price',
  'zip',
  'country',
  'birth',
  'tax',
  'shipping',
  'discount',
  'updated',
  'unit',
  'duration',
  'points',
  'code_of_product',
  'score',
  'reason',
  'manager',
  'zone',
  'description',
])

/** How well a header names a field, 0 to 1. */
export function headerScore(tokens: readonly Token[], entity: EntityName, field: string): number {
  return Math.max(0, ...patternsOf(entity, field).map((pattern) => patternScore(tokens, entity, pattern)))
}

function patternScore(tokens: readonly Token[], entity: EntityName, { concepts, weight }: Pattern): number {
  const left = [...tokens]
  for (const concept of concepts) {
    const at = left.findIndex((token) => token.concepts.includes(concept))
    if (at < 0) return 0
    left.splice(at, 1)
  }
  const penalty = left.reduce((sum, token) => sum + strangeness(token, entity, concepts), 0)
  return weight * Math.max(0, 1 - penalty)
}

/** What a word the pattern did not ask for takes away: little for the entity's own, much for what names another thing. */
function strangeness({ text, concepts }: Token, entity: EntityName, wanted: readonly string[]): number {
  if (fillers.has(text) || text.length < 2 || concepts.some((concept) => wanted.includes(concept)))
    return 0.02
  if (concepts.some((concept) => own[entity].includes(concept))) return 0.05
  // A code may be a word for a thing as well as its number: `rsn_cd`.
  if (text === 'cd' || text === 'code') return 0.3
  return concepts.some((concept) => telling.has(concept)) ? 0.7 : 0.35
}

const fileWords: Readonly<Record<EntityName, readonly string[]>> = {
  customer: ['customer'],
  product: ['product'],
  store: ['store'],
  agent: ['agent'],
  transaction: [
    'transaction',
    'order',
    'order line',
    'order product',
    'store transaction',
    'online transaction',
    'instore transaction',
    'online order',
  ],
  service_interaction: ['ticket', 'customer ticket', 'customer ticket ticket', 'issue'],
  loyalty_account: ['loyalty', 'loyalty account', 'customer loyalty'],
  loyalty_transaction: [
    'loyalty transaction',
    'points transaction',
    'loyalty points',
    'points change',
    'points',
  ],
  web_session: ['session', 'online ticket', 'session ticket', 'online session', 'online view'],
}

/** How much of a file's name speaks for an entity, 0 to 1. */
export function fileScore(tokens: readonly Token[], entity: EntityName): number {
  const known = tokens.filter(({ concepts }) => concepts.length > 0)
  if (known.length === 0) return 0
  return Math.max(
    ...fileWords[entity].map((pattern) => {
      const left = [...known]
      const wanted = pattern.split(' ')
      for (const concept of wanted) {
        const at = left.findIndex((token) => token.concepts.includes(concept))
        if (at < 0) return 0
        left.splice(at, 1)
      }
      return wanted.length / (wanted.length + left.length)
    }),
  )
}
