import { describe, expect, it } from 'vitest'
import { type Lab, makeLab } from '../support/lab.ts'
import { randomFrom } from '../support/random.ts'
import { type SheetText, workbookBytes } from './bytes.ts'
import { market } from './market.ts'
import { type Operation, sequence } from './operations.ts'
import { fates, texts } from './small.ts'

const CUSTOMERS = ['customer_id', 'name', 'email', 'city', 'signup_date']
const TICKETS = ['ticket_id', 'customer_id', 'issue_type', 'created_at', 'resolved_at']

const sheet = (name: string, header: readonly string[], rows: SheetText['rows'], above = 0): SheetText => ({
  name,
  above,
  header,
  rows,
})
const customers = (...ids: string[]) =>
  ids.map((id) => [id, 'Ann Lee', 'a@example.com', 'Austin', { date: 19_800 }])
const tickets = (...ids: string[]) => ids.map((id) => [id, 'C1', 'Delivery', { dateTime: 1_706_000_000_000 }])

/** The sources that read the workbook, and their models. */
async function desk(): Promise<Lab> {
  const files = market.project(['book'])
  return makeLab({ ...files, only: ['dim_customers', 'fact_service_interactions'] })
}

const put = async (lab: Lab, path: string, ...sheets: SheetText[]) =>
  lab.put(path, await workbookBytes(JSON.stringify(sheets)))

const kept = (lab: Lab) =>
  texts(
    lab,
    `select 'person', customer_id from silver.people union all select 'ticket', interaction_id from silver.tickets order by all`,
  )

describe('one workbook that two sources read', () => {
  it('is taken back from both, and given back to both', async () => {
    await using lab = await desk()
    await put(
      lab,
      'book-0.xlsx',
      sheet('Customers', CUSTOMERS, customers('C1')),
      sheet('Tickets', TICKETS, []),
    )
    await put(
      lab,
      'book-1.xlsx',
      sheet('Customers', CUSTOMERS, customers('C2')),
      sheet('Tickets', TICKETS, tickets('T1')),
    )
    await lab.run()
    await lab.decideFile('retract', 'book-1.xlsx')
    await lab.run()
    expect(await kept(lab)).toEqual(['person C1'])
    await lab.decideFile('restore', 'book-1.xlsx')
    await lab.run()
    expect(await kept(lab)).toEqual(['person C1', 'person C2', 'ticket T1'])
  })

  it('is read by the one whose sheet it has; the other reads it when its contract names the sheet', async () => {
    await using lab = await desk()
    await put(
      lab,
      'book-0.xlsx',
      sheet('Kunden', CUSTOMERS, customers('C1')),
      sheet('Tickets', TICKETS, tickets('T1')),
    )
    const { files } = await lab.run()
    expect(files.map(({ source, outcome }) => `${source} ${outcome}`).sort()).toEqual([
      'people refused',
      'tickets delivered',
    ])
    expect(await kept(lab)).toEqual(['ticket T1'])
    await lab.contract('people', market.sources.people?.contracts[1])
    await lab.run()
    expect(await kept(lab)).toEqual(['person C1', 'ticket T1'])
  })

  it('has its header further down: read anew it stands for itself as it was read before', async () => {
    await using lab = await desk()
    const titled = sheet('Customers', CUSTOMERS, [CUSTOMERS, ...customers('C1')])
    await put(lab, 'book-0.xlsx', titled)
    await lab.run()
    expect(
      (await lab.held()).map(({ id }) => id),
      'the header is no customer',
    ).toEqual(['people/1/1'])
    await lab.contract(
      'people',
      market.sources.people?.contracts[2]?.replace('header_row: 3', 'header_row: 2'),
    )
    await lab.run()
    expect(await kept(lab)).toEqual(['person C1'])
    expect(await fates(lab, 'people')).toEqual(['1/1 superseded 2/0', '1/2 superseded 2/0'])
  })
})

describe('the random histories', () => {
  const all = Array.from({ length: 60 }, (_, index) => sequence(market, randomFrom(index + 1)))
  const happens = (what: (operation: Operation) => boolean): number =>
    all.filter(({ operations }) => operations.some(what)).length

  it.each([
    ['a workbook of two sources taken back', (o: Operation) => o.do === 'retract' && o.kind === 'book'],
    ['given back', (o: Operation) => o.do === 'restore'],
    ['renamed', (o: Operation) => o.do === 'rename'],
    ['repeated under another name', (o: Operation) => o.do === 'repeat'],
    ['an older content comes back', (o: Operation) => o.do === 'return'],
    ['a full load allowed to delete', (o: Operation) => o.do === 'accept'],
    [
      'a sheet is named otherwise',
      (o: Operation) => o.do === 'contract' && o.source === 'people' && o.version === 1,
    ],
    [
      'a header moves',
      (o: Operation) =>
        o.do === 'contract' && ['people', 'tickets', 'sales'].includes(o.source) && o.version === 2,
    ],
    ['another day to look from', (o: Operation) => o.do === 'config' && o.version > 0],
    ['a row corrected', (o: Operation) => o.do === 'edit'],
    ['a row dismissed', (o: Operation) => o.do === 'dismiss'],
    ['an older version looked at', (o: Operation) => o.do === 'rollback'],
  ])('hold: %s', (_, what) => {
    expect(happens(what)).toBeGreaterThan(0)
  })

  it('hold: children before their parents', () => {
    const begins = all.filter(({ kinds, operations }) => {
      const book = operations.findIndex((o) => o.do === 'write' && o.kind === 'book')
      return kinds.includes('book') && book > operations.findIndex(({ do: what }) => what === 'run')
    })
    expect(begins.length).toBeGreaterThan(0)
  })
})
