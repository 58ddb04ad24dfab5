import type { Cell } from '../workbook/index.ts'
import type { Day } from './calendar.ts'
import type { CellKind } from './cell-kinds.ts'
import type { bookHeaders } from './choice-kinds.ts'
import type { Ledger } from './ledger.ts'
import { itemAt, type Random, shares } from './random.ts'
import { NEVER, NONE } from './standing.ts'
import { cities, states } from './words.ts'

/** Somebody as they are, however it is written down. */
export interface Person {
  readonly id: number
  readonly name: string
  readonly email: string
  readonly address: string
  /** Index into `cities`. */
  readonly city: number
  readonly since: Day
}

/** A row of Customer_master, with what of it the ledger asks. */
export interface MemberRow {
  readonly cells: readonly Cell[]
  readonly emailOptIn: boolean
  readonly smsOptIn: boolean
}

const phoneForms: readonly ((area: string, line: string) => Cell)[] = shares([
  [(area: string, line: string): Cell => `(${area}) 555-${line}`, 30],
  [(area: string, line: string): Cell => `${area}-555-${line}`, 24],
  [(area: string, line: string): Cell => `+1 ${area} 555 ${line}`, 14],
  [(area: string, line: string): Cell => `${area}.555.${line}`, 10],
  [(area: string, line: string): Cell => `1-${area}-555-${line}`, 6],
  [(area: string, line: string): Cell => `${area}555${line}`, 6],
  [(area: string, line: string): Cell => Number(`${area}555${line}`), 4],
  [(): Cell => null, 6],
])
const answers: readonly (readonly [yes: Cell, no: Cell])[] = shares([
  [[true, false], 70],
  [['Yes', 'No'], 22],
  [['Y', 'N'], 5],
  [['1', '0'], 3],
])

export function memberRow(person: Person, random: Random): MemberRow {
  const [city, code] = itemAt(cities, person.city)
  const state = states[code]
  if (!state) throw new RangeError(`no state ${code}`)
  const emailOptIn = random.chance(0.58)
  const smsOptIn = random.chance(emailOptIn ? 0.42 : 0.12)
  const bits = random.next()
  const line = String(100 + ((bits & 0xff) % 100)).padStart(4, '0')
  const [yes, no] = itemAt(answers, (bits >>> 8) & 255)
  const phone = itemAt(phoneForms, (bits >>> 16) & 255)(state.areaCode, line)
  const { id, name, email, address, since } = person
  return {
    emailOptIn,
    smsOptIn,
    cells: [
      id,
      name,
      email,
      phone,
      address,
      city,
      bits >>> 24 < 150 ? code : state.name,
      { date: since },
      emailOptIn ? yes : no,
      smsOptIn ? yes : no,
    ],
  }
}

/** What a kept row says of its customer once it is cleaned. */
export function enterMember(
  ledger: Ledger,
  person: Person,
  row: MemberRow,
  kind: CellKind | undefined,
): void {
  const lost = kind?.lost ? kind.column : undefined
  const says = (column: (typeof bookHeaders.master)[number]) => column !== lost
  ledger.member(person.id - 1, {
    signup: says('signup_date') ? person.since : NEVER,
    city: says('city') ? person.city : NONE,
    state: says('state') ? person.city : NONE,
    emailOptIn: row.emailOptIn && says('email_opt_in'),
    smsOptIn: row.smsOptIn && says('sms_opt_in'),
  })
}
