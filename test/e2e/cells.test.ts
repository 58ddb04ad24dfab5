import { expect, test } from 'vitest'
import { type Lab, makeLab } from '../support/lab.ts'

/** A project with one contract over one file of the given lines; of gold only the facts of sales. */
async function projectOf(contract: string, lines: readonly string[], currency = 'USD'): Promise<Lab> {
  const config = `version: 1\nname: cells\ntime_zone: UTC\ncurrency: ${currency}\nrules: { counted_statuses: all }\n`
  const lab = await makeLab({ config, contracts: { things: contract }, only: ['fact_transactions'] })
  await lab.put('data.csv', `${lines.join('\n')}\n`)
  return lab
}

/** What became of each row: its value, or the reasons it is held back for. */
async function verdicts(project: Lab, field: string): Promise<Record<string, unknown>> {
  await project.run()
  const kept = await project.sql(`select _row_number as r, ${field} as x from silver.things`)
  const held = await project.sql('select _row_number as r, reasons from silver.quarantine')
  const reason = ({ reasons }: Record<string, unknown>) =>
    (JSON.parse(String(reasons)) as { column: string; reason: string }[])
      .map(({ column, reason }) => `${column}: ${reason}`)
      .join(', ')
  return Object.fromEntries([...kept.map(({ r, x }) => [r, x]), ...held.map((row) => [row.r, reason(row)])])
}

/** Contract of a transaction whose amount and place are as spreadsheets have them. */
const sales = (columns: string, format = 'format: { thousands: "," }') =>
  `files: data.csv\n${format}\nentity: transaction\nkey: [transaction_id]\ncolumns:\n  ID: transaction_id\n${columns}`

const outcomes = async (project: Lab, field: string, inputs: readonly string[]) => {
  const found = await verdicts(project, field)
  return Object.fromEntries(inputs.map((input, index) => [input, found[index + 1]]))
}

const rowsOf = (values: readonly string[]): string[] => [
  'ID,X',
  ...values.map((value, i) => `${i + 1},"${value}"`),
]

test.each([
  [
    'USD',
    {
      '59.90': '59.90',
      '$59.90': '59.90',
      '$1,234.50': '1234.50',
      '-$59.90': '-59.90',
      '$-59.90': '-59.90',
      '$ 5': '5.00',
      'USD 7.10': '7.10',
      '7.10 USD': '7.10',
      '(12.00)': '-12.00',
      '($12.00)': '-12.00',
      '$(12.00)': '-12.00',
      '+3': '3.00',
      $: 'X: not_a_number',
      abc: 'X: not_a_number',
      '--5': 'X: not_a_number',
      '(-5)': 'X: not_a_number',
      '(5': 'X: not_a_number',
      '\u20ac5.00': 'X: not_a_number',
      '59.905': 'X: too_precise',
    },
  ],
  ['GBP', { '\u00a35': '5.00', $5: 'X: not_a_number' }],
  ['PLN', { '5 z\u0142': '5.00', '1 PLN': '1.00' }],
] as const)('money: amounts as people write them, in %s', async (currency, expected) => {
  const inputs = Object.keys(expected)
  await using project = await projectOf(
    sales('  X: { field: amount, clean: [money] }\n'),
    rowsOf(inputs),
    currency,
  )
  expect(await outcomes(project, 'amount::varchar', inputs)).toEqual(expected)
})

test('money leaves the separators to the format', async () => {
  await using project = await projectOf(
    sales('  X: { field: amount, clean: [money] }\n', `format: { decimal: ",", thousands: "." }`),
    rowsOf(['1.234,50 \u20ac', '\u20ac\u00a03,00']),
    'EUR',
  )
  expect(await verdicts(project, 'amount::varchar')).toEqual({ 1: '1234.50', 2: '3.00' })
})

test.each([
  ['ISO', '{ field: occurred_at, clean: [{ strip_prefix: "Date:" }] }'],
  [
    'a pattern',
    '{ field: occurred_at, clean: [{ strip_prefix: "Date:" }], formats: ["%Y-%m-%d %H:%M:%S.%f"] }',
  ],
])('a time behind a prefix, its seconds with one to nine decimals, by %s', async (_, column) => {
  const expected = {
    'Date: 2024-03-05 14:22:31.1': '2024-03-05 14:22:31.1',
    'Date: 2024-03-05 14:22:31.123': '2024-03-05 14:22:31.123',
    'Date:2024-03-05 14:22:31.123456': '2024-03-05 14:22:31.123456',
    'Date: 2024-03-05 14:22:31.123456789': '2024-03-05 14:22:31.123456',
    '2024-02-29 00:00:00.000': '2024-02-29 00:00:00',
    'Date: 2024-02-30 10:00:00.000': 'X: not_a_time',
    'Date: unknown': 'X: not_a_time',
    'Date: 13/02/2025': 'X: not_a_time',
  }
  const inputs = Object.keys(expected)
  await using project = await projectOf(sales(`  X: ${column}\n`), rowsOf(inputs))
  expect(await outcomes(project, 'occurred_at::varchar', inputs)).toEqual(expected)
})

test('"City, ST" of a sale: the state as a name or a code, in gold too', async () => {
  const places = ['Austin, TX', 'St. Louis, Park, mn', 'Springfield', 'Toronto, Ontario', '']
  for (const [step, states] of [
    ['state_name', ['Texas', 'Minnesota', null, 'Ontario', null]],
    ['state_code', ['TX', 'MN', null, 'Ontario', null]],
  ] as const) {
    const place = `{ field: store_location, type: text, pii: none, clean: [${step}], split: city_state }`
    await using project = await projectOf(sales(`  X: ${place}\n`), rowsOf(places))
    await project.run()
    const rows = await project.sql(
      'select city, state from gold.fact_transactions order by transaction_id::int',
    )
    expect(rows.map(({ state }) => state)).toEqual(states)
    expect(rows.map(({ city }) => city)).toEqual([
      'Austin',
      'St. Louis, Park',
      'Springfield',
      'Toronto',
      null,
    ])
    expect(
      await project.sql('select store_location as x from silver.things where transaction_id = 1::varchar'),
    ).toEqual([{ x: 'Austin, TX' }])
  }
})

test('tickets: resolved before opened and scores outside 1 to 5 are held back, an open one and a missing score are not', async () => {
  const contract =
    'files: data.csv\nentity: service_interaction\nkey: [interaction_id]\ncolumns:\n  ID: interaction_id\n  Opened: { field: opened_at, required: true }\n  Resolved: resolved_at\n  Score: satisfaction_score\n'
  await using project = await projectOf(contract, [
    'ID,Opened,Resolved,Score',
    '1,2025-01-02 10:00:00,2025-01-02 10:00:00,1',
    '2,2025-01-02 10:00:00,2025-01-02 09:59:59,5',
    '3,2025-01-02 10:00:00,,',
    '4,2025-01-02 10:00:00,,0',
    '5,2025-01-02 10:00:00,,6',
    '6,2025-01-02 10:00:00,,4.5',
    '7,,2025-01-02 10:00:00,3',
  ])
  expect(await verdicts(project, "coalesce(satisfaction_score::varchar, 'open')")).toEqual({
    1: '1',
    2: 'Resolved: before_opened_at',
    3: 'open',
    4: 'Score: too_small',
    5: 'Score: too_large',
    6: 'Score: not_a_number',
    7: 'Opened: missing',
  })
})

test('opt-ins are words for true and false; anything else is held back, nothing is not false', async () => {
  const expected = {
    TRUE: true,
    Yes: true,
    y: true,
    '1': true,
    no: false,
    N: false,
    '0': false,
    false: false,
    '': null,
    maybe: 'X: not_a_boolean',
  }
  const contract =
    'files: data.csv\nentity: customer\nkey: [customer_id]\ncolumns: { ID: customer_id, X: email_opt_in }\n'
  const values = Object.keys(expected)
  await using project = await projectOf(contract, rowsOf(values))
  expect(await outcomes(project, 'email_opt_in', values)).toEqual(expected)
})

test('words that the engine takes for a date are none', async () => {
  const expected = {
    '2024-02-29': '2024-02-29',
    '2024-03-05 23:59:59': '2024-03-05',
    '9999-12-31': '9999-12-31',
    '2024-02-30': 'X: not_a_date',
    soon: 'X: not_a_date',
    epoch: 'X: not_a_date',
    infinity: 'X: not_a_date',
    '-infinity': 'X: not_a_date',
    today: 'X: not_a_date',
  }
  const contract =
    'files: data.csv\nentity: customer\nkey: [customer_id]\ncolumns: { ID: customer_id, X: signup_date }\n'
  const values = Object.keys(expected)
  await using project = await projectOf(contract, rowsOf(values))
  expect(await outcomes(project, 'signup_date::varchar', values)).toEqual(expected)
})
