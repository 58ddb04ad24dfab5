// The nine files, by hand: which columns they have, how each becomes a value, and what makes a row bad.

const ZONE = 'America/New_York'
const METHODS = ['Credit Card', 'Debit Card', 'Gift Card', 'PayPal']
const clean = (x) => `nullif(trim(${x}), '')`
const squeezed = (x) => `regexp_replace(${clean(x)}, '\\s+', ' ', 'g')`
const noWord = (x) => `case when lower(${x}) in ('n/a', 'null', '-') then null else ${x} end`
const title = (x) =>
  `array_to_string(list_transform(string_split(lower(${x}), ' '), lambda w: upper(w[1]) || w[2:]), ' ')`
const oneOf = (words) => (t) => `${t} not in (${words.map((word) => `'${word}'`).join(', ')})`

const text = (name, field, more = {}) => ({
  name,
  field,
  text: clean(name),
  value: (t) => t,
  checks: [],
  ...more,
})
const required = (column) => ({ ...column, checks: [[(t) => `${t} is null`, 'missing'], ...column.checks] })
const among = (column, words) => ({ ...column, checks: [...column.checks, [oneOf(words), 'not_allowed']] })

const typed = (name, field, value, reason, checks = []) =>
  text(name, field, { value, checks: [[(t, v) => `${v} is null and ${t} is not null`, reason], ...checks] })
const rounded = (t, v) => `cast(${v} as double) is distinct from try_cast(${t} as double)`
const money = (name, field) =>
  typed(name, field, (t) => `try_cast(${t} as decimal(18,2))`, 'not_a_number', [
    [rounded, 'too_precise'],
    [(_, v) => `${v} < 0`, 'too_small'],
  ])
const whole = (name, field, checks = []) =>
  typed(name, field, (t) => `try_cast(${t} as bigint)`, 'not_a_number', [
    [rounded, 'not_a_number'],
    ...checks,
  ])
/** Wall clock to UTC: by way of microseconds, which asks the calendar once instead of twice. */
const time = (name, field) =>
  required(
    typed(
      name,
      field,
      (t) => `make_timestamp(epoch_us(timezone('${ZONE}', try_cast(${t} as timestamp))))`,
      'not_a_time',
    ),
  )
const date = (name, field) => required(typed(name, field, (t) => `try_cast(${t} as date)`, 'not_a_date'))

export const sources = [
  {
    name: 'agents',
    file: 'Agents',
    key: ['agent_id'],
    columns: [
      required(text('AgentID', 'agent_id')),
      required(text('Name', 'name')),
      text('Department', 'department'),
      among(text('Shift', 'shift'), ['Morning', 'Afternoon', 'Evening', 'Night']),
    ],
  },
  {
    name: 'customers',
    file: 'Customers',
    key: ['customer_id'],
    columns: [
      required(text('CustomerID', 'customer_id')),
      required(text('Name', 'name', { text: noWord(squeezed('Name')) })),
      text('Email', 'email', {
        text: `lower(${noWord(clean('Email'))})`,
        checks: [
          [
            (t) => `${t} is not null and not regexp_full_match(${t}, '[^@\\s]+@[^@\\s]+\\.[^@\\s.]+')`,
            'not_an_email',
          ],
        ],
      }),
      text('Address', 'address', { text: noWord(squeezed('Address')) }),
    ],
    more: {
      first_name: `split_part(t1, ' ', 1)`,
      last_name: `nullif(trim(substr(t1, length(split_part(t1, ' ', 1)) + 1)), '')`,
    },
  },
  {
    name: 'products',
    file: 'Products',
    key: ['product_id'],
    columns: [
      required(text('ProductID', 'product_id')),
      required(text('Name', 'name')),
      text('Category', 'category', { text: title(squeezed('Category')) }),
      money('Price', 'price'),
    ],
  },
  {
    name: 'stores',
    file: 'Stores',
    key: ['store_id'],
    columns: [
      required(text('StoreID', 'store_id')),
      required(text('Location', 'location')),
      text('Manager', 'manager'),
      text('OpenHours', 'opening_hours'),
    ],
  },
  {
    name: 'online_transactions',
    file: 'OnlineTransactions',
    key: ['transaction_id'],
    order: 'occurred_at',
    columns: [
      required(text('OrderID', 'transaction_id')),
      required(text('CustomerID', 'customer_id')),
      required(text('ProductID', 'product_id')),
      time('DateTime', 'occurred_at'),
      among(text('PaymentMethod', 'payment_method'), METHODS),
      required(money('Amount', 'amount')),
      among(text('Status', 'status'), ['Completed', 'Pending', 'Failed']),
    ],
    orphan: { column: 'ProductID', field: 'product_id', parent: 'silver.products' },
  },
  {
    name: 'in_store_transactions',
    file: 'InStoreTransactions',
    key: ['transaction_id'],
    order: 'occurred_at',
    columns: [
      required(text('TransactionID', 'transaction_id')),
      required(text('CustomerID', 'customer_id')),
      required(text('StoreID', 'store_id')),
      time('DateTime', 'occurred_at'),
      required(money('Amount', 'amount')),
      among(text('PaymentMethod', 'payment_method'), METHODS),
    ],
  },
  {
    name: 'customer_service_interactions',
    file: 'CustomerServiceInteractions',
    key: ['interaction_id'],
    order: 'opened_at',
    columns: [
      required(text('InteractionID', 'interaction_id')),
      required(text('CustomerID', 'customer_id')),
      time('DateTime', 'opened_at'),
      text('AgentID', 'agent_id'),
      required(text('IssueType', 'issue_type')),
      among(text('ResolutionStatus', 'resolution_status'), ['Resolved', 'Pending', 'Escalated']),
    ],
  },
  {
    name: 'loyalty_accounts',
    file: 'LoyaltyAccounts',
    key: ['loyalty_id'],
    columns: [
      required(text('LoyaltyID', 'loyalty_id')),
      required(text('CustomerID', 'customer_id')),
      whole('PointsEarned', 'points_earned', [[(_, v) => `${v} < 0`, 'too_small']]),
      among(text('TierLevel', 'tier', { text: title(clean('TierLevel')) }), [
        'Bronze',
        'Silver',
        'Gold',
        'Platinum',
      ]),
      date('JoinDate', 'joined_on'),
    ],
  },
  {
    name: 'loyalty_transactions',
    file: 'LoyaltyTransactions',
    key: ['loyalty_id', 'occurred_at'],
    columns: [
      required(text('LoyaltyID', 'loyalty_id')),
      time('DateTime', 'occurred_at'),
      required(whole('PointsChange', 'points_change')),
      text('Reason', 'reason'),
    ],
  },
]
