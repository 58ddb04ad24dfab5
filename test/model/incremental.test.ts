import { afterAll, beforeAll, expect, test } from 'vitest'
import { differences } from '../support/compare.ts'
import { type Lab, makeLab } from '../support/lab.ts'

const config = (...rules: readonly string[]): string =>
  [
    'version: 1\nname: steps\ntime_zone: America/New_York\ncurrency: USD\nthreads: 1\nrules:',
    '  counted_statuses: [Paid]',
    ...rules.map((rule) => `  ${rule}`),
    '',
  ].join('\n')

const contract = (entity: string, files: string, columns: string): string =>
  `files: ${files}*.csv\nentity: ${entity}\nload: upsert\n${columns}\n`

const contracts = {
  people: contract(
    'customer',
    'people',
    'key: [customer_id]\ncolumns: { ID: customer_id, Name: name, City: city, State: state, Signup: signup_date }',
  ),
  sales: contract(
    'transaction',
    'sales',
    'key: [transaction_id]\ncolumns: { ID: transaction_id, Who: customer_id, At: occurred_at, Amount: amount, Status: status }',
  ),
  tickets: contract(
    'service_interaction',
    'tickets',
    'key: [interaction_id]\ncolumns: { ID: interaction_id, Who: customer_id, About: issue_type, Opened: opened_at, Resolved: resolved_at, Score: satisfaction_score }',
  ),
  visits: contract(
    'web_session',
    'visits',
    'key: [session_id]\ncolumns: { ID: session_id, Who: customer_id, At: started_at, Pages: page_views, Seconds: duration_seconds, On: device }',
  ),
  cards: contract(
    'loyalty_account',
    'cards',
    'key: [loyalty_id]\ncolumns: { ID: loyalty_id, Who: customer_id, Points: points_earned, Tier: tier }',
  ),
}

/** What arrives, is corrected, taken back or decided otherwise, in order; after each, a run must give what a full refresh gives. */
const STEPS: readonly (readonly [what: string, change: (lab: Lab) => Promise<unknown>])[] = [
  [
    'customers and sales',
    async (lab) => {
      await lab.put(
        'people-1.csv',
        'ID,Name,City,State,Signup\na,Ann,Austin,Texas,2024-01-05\nb,Bob,,Ohio,\nc,Cid,Dallas,Texas,2024-02-29\n',
      )
      await lab.put(
        'sales-1.csv',
        'ID,Who,At,Amount,Status\n1,a,2024-01-31 23:59:59.999,10.50,Paid\n2,a,2024-03-31 00:30:00Z,-4,Paid\n3,ghost,2024-02-01,7,Paid\n4,b,2024-04-01,9,Failed\n',
      )
    },
  ],
  [
    'the first tickets and sessions, newer than the newest sale',
    async (lab) => {
      await lab.put(
        'tickets-1.csv',
        'ID,Who,About,Opened,Resolved,Score\n1,a,Bill,2024-02-10 10:00,2024-02-11 11:00,5\n2,b,,2024-05-01 10:00,,\n3,b,Bill,2024-02-02,2024-02-01,9\n',
      )
      await lab.put(
        'visits-1.csv',
        'ID,Who,At,Pages,Seconds,On\n1,c,2024-02-28 12:00,1,0,Mobile\n2,,2024-03-02,3,,\n3,b,2024-06-01,9,500,Tablet\n',
      )
    },
  ],
  [
    'a newer sale moves the as-of day',
    (lab) => lab.put('sales-2.csv', 'ID,Who,At,Amount,Status\n5,b,2024-05-02,20.25,Paid\n'),
  ],
  [
    'the ghost gets a name, a ticket is resolved, a card is opened',
    async (lab) => {
      await lab.put('people-2.csv', 'ID,Name,City,State,Signup\nghost,Gil,Austin,Texas,2023-12-31\n')
      await lab.put(
        'tickets-2.csv',
        'ID,Who,About,Opened,Resolved,Score\n2,b,Return,2024-05-01 10:00,2024-05-01 21:59:59,2\n',
      )
      await lab.put('cards-1.csv', 'ID,Who,Points,Tier\n1,a,450,Bronze\n2,a,20,Silver\n')
    },
  ],
  ['the as-of day is set back', (lab) => lab.config(config('as_of: 2024-03-15'))],
  [
    'windows, categories and tiers change',
    (lab) =>
      lab.config(
        config(
          'churned_after: 7 days',
          'active_within: 1 month',
          'tier_points: { Silver: 500, Gold: 1000 }',
          'session_categories: [{ name: Quick, up_to: 1 minute }, { name: Slow }]',
        ),
      ),
  ],
  [
    'suggestions change',
    (lab) =>
      lab.config(
        config(
          'churned_after: 7 days',
          'suggested_actions: [{ when: one_purchase, from: 1 day, to: 99 days }]',
        ),
      ),
  ],
  ['the newest sale is taken back', (lab) => lab.decideFile('retract', 'sales-2.csv')],
  ['nothing counts any more', (lab) => lab.config(config().replace('[Paid]', '[Nothing]'))],
]

let lab: Lab
beforeAll(async () => {
  lab = await makeLab({ config: config(), contracts })
})
afterAll(() => lab?.[Symbol.asyncDispose]())

test.sequential.each(STEPS)('%s: a run gives what a full refresh gives', async (_, change) => {
  await change(lab)
  const incremental = await lab.run()
  expect(incremental.outcome).toBe('published')
  const refreshed = await lab.refreshed()
  expect(await differences(await lab.newest(incremental), refreshed.database)).toEqual([])
})

test('a changed rule rebuilds what reads it, and no source', async () => {
  await lab.config(config())
  await lab.run()
  await lab.config(config('suggested_actions: []'))
  const { plan } = await lab.run()
  const steps = (plan?.steps ?? []).filter(({ kind }) => kind !== 'prepare')
  const rebuilt = steps.map(({ name }) => name).sort()
  expect(rebuilt).toEqual(['customer_360', 'customer_suggestions', 'rules.suggested_actions'])
})
