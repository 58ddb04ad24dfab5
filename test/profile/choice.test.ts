import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generators } from '../../src/samples/index.ts'
import { projectIn } from '../support/project.ts'
import { type Renaming, rewriteBook } from './rewritten-book.ts'
import { drafted, goldOf, meaning, remarks } from './support.ts'

const example = fileURLToPath(new URL('../../examples/choice', import.meta.url))
const workbooks = ['Customer_master', 'Customer_support', 'Transaction', 'Web_Interactions']

/** Two ways an exporting system might have called them: nothing here is taken from the program's own vocabulary. */
const abbreviated: Readonly<Record<string, string>> = {
  customer_id: 'cust_no',
  name: 'cust_nm',
  email: 'eml',
  phone: 'tel_no',
  address: 'str_addr',
  city: 'cty',
  state: 'st',
  signup_date: 'reg_dt',
  email_opt_in: 'eml_optin',
  sms_opt_in: 'sms_optin',
  ticket_id: 'tkt_nbr',
  issue_type: 'iss_typ',
  created_at: 'crt_dt',
  resolved_at: 'rslvd_dt',
  satisfaction_score: 'csat',
  transaction_id: 'trx_id',
  transaction_date: 'trx_dt',
  amount: 'trx_amt',
  payment_method: 'pay_mth',
  store_location: 'str_loc',
  session_id: 'sess_id',
  session_start: 'sess_strt',
  pages_viewed: 'pgs_vwd',
  session_duration: 'sess_dur',
  device_type: 'dvc_typ',
}

const crm: Readonly<Record<string, string>> = {
  customer_id: 'Client Ref',
  name: 'Full Name',
  email: 'E-mail Address',
  phone: 'Mobile Number',
  address: 'Street Address',
  city: 'Town',
  state: 'State/Province',
  signup_date: 'Registered On',
  email_opt_in: 'Email Consent',
  sms_opt_in: 'SMS Consent',
  ticket_id: 'Case Number',
  issue_type: 'Case Category',
  created_at: 'Date Opened',
  resolved_at: 'Date Closed',
  satisfaction_score: 'CSAT Score',
  transaction_id: 'Receipt Number',
  transaction_date: 'Purchase Date',
  amount: 'Total Paid',
  payment_method: 'Paid By',
  store_location: 'Shop Location',
  session_id: 'Visit ID',
  session_start: 'Visit Started',
  pages_viewed: 'Page Views',
  session_duration: 'Seconds on Site',
  device_type: 'Device',
}

const title = (name: string): string =>
  name.replace(/(^|_)([a-z])/g, (_, gap: string, letter: string) => (gap && ' ') + letter.toUpperCase())
const camel = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
const same = (name: string): string => name

interface Variant extends Renaming {
  readonly file: (name: string) => string
  /** Gold is built as well, and compared with that of the example's contracts. */
  readonly run?: true
}

const nameless = (name: string): string => `Book${workbooks.indexOf(name) + 1} export`

const variants: Readonly<Record<string, Variant>> = {
  'as they are': { header: same, file: same, run: true },
  'files renamed': { header: same, file: nameless },
  'files and sheets renamed': { header: same, file: nameless, sheet: () => 'Sheet1' },
  'headers in capitals': { header: (name) => name.toUpperCase(), file: same },
  'headers in one word': { header: (name) => name.replaceAll('_', ''), file: same },
  'headers in camel case, files renamed': { header: camel, file: nameless, sheet: () => 'Sheet1' },
  'headers spaced': { header: title, file: same },
  'headers spaced, files and sheets renamed': { header: title, file: nameless, sheet: () => 'Sheet1' },
  'headers abbreviated': { header: (name) => abbreviated[name] ?? name, file: same },
  'headers abbreviated, files and sheets renamed': {
    header: (name) => abbreviated[name] ?? name,
    file: nameless,
    sheet: () => 'Sheet1',
    run: true,
  },
  'headers of another system': { header: (name) => crm[name] ?? name, file: same },
  'headers of another system, files and sheets renamed': {
    header: (name) => crm[name] ?? name,
    file: nameless,
    sheet: () => 'Export',
  },
}

/** What the four workbooks mean: entity, key, constants and fields in the order of the columns. */
const understood: readonly RegExp[] = [
  /^customer customer_id: customer_id name email phone address city state signup_date email_opt_in sms_opt_in$/,
  /^service_interaction interaction_id: interaction_id customer_id issue_type opened_at resolved_at satisfaction_score$/,
  // What the model has no field for keeps its own name.
  /^transaction transaction_id in_store: transaction_id customer_id occurred_at amount payment_method \w+$/,
  /^web_session session_id: session_id customer_id started_at page_views duration_seconds device$/,
]

describe('four workbooks, drafted', () => {
  let root: string
  let expected: Record<string, string[]>
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'c360-choice-'))
    for (const name of ['c360.yaml', 'contracts'])
      await cp(join(example, name), join(root, 'example', name), { recursive: true })
    await generators.choice(join(root, 'example', 'landing'), { customers: 80, seed: 11, dirt: false })
    const project = projectIn(join(root, 'example'))
    await project.run()
    expected = await goldOf(project)
  })
  afterAll(() => rm(root, { recursive: true, force: true }))

  for (const [name, { file, run, ...renaming }] of Object.entries(variants))
    test(`are understood: ${name}`, async () => {
      const exports = join(root, name)
      await mkdir(exports)
      for (const book of workbooks) {
        const from = join(root, 'example', 'landing', `${book}.xlsx`)
        await rewriteBook(from, join(exports, `${file(book)}.xlsx`), renaming)
      }
      const { project, made } = await drafted(exports, { time_zone: 'America/New_York', currency: 'USD' })
      await using _ = project
      expect(made.problems.filter(({ severity }) => severity !== 'warn')).toEqual([])
      expect(made.draft.leftOut).toEqual([])
      expect(remarks(made, 'decide')).toEqual([])
      expect(meaning(made)).toEqual(understood.map((pattern) => expect.stringMatching(pattern)))
      if (!run) return
      const sales = made.draft.contracts.find(({ entity }) => entity === 'transaction')?.source
      // The one thing the files do not say: the example calls its shops `store`.
      await project.edit(`contracts/${sales}.yaml`, 'channel: in_store', 'channel: store')
      const result = await project.run()
      expect(result.files.filter(({ outcome }) => outcome !== 'delivered')).toEqual([])
      const gold = await goldOf(project)
      for (const [table, rows] of Object.entries(expected)) expect(gold[table], table).toEqual(rows)
    })
})
