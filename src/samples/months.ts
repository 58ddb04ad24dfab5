import { type Day, isoOf } from './calendar.ts'
import { type MonthTruth, signedMoney } from './manifest.ts'

interface Sum {
  readonly month: string
  transactions: number
  cents: number
  buyers: number
  newBuyers: number
  returningBuyers: number
  tickets: number
  sessions: number
}

/** What the months of a period saw. */
export class Months {
  /** Distinct pairs of customer and month with a transaction. */
  pairs = 0
  private readonly first: Day
  private readonly sums: Sum[] = []
  /** Which of `sums`, by day of the period. */
  private readonly monthOf: number[] = []
  /** 1 where the customer bought in that month. */
  private readonly bought: Uint8Array

  constructor(customers: number, first: Day, last: Day) {
    this.first = first
    for (let day = first; day <= last; day++) {
      const month = isoOf(day).slice(0, 7)
      if (this.sums.at(-1)?.month !== month) this.sums.push(empty(month))
      this.monthOf.push(this.sums.length - 1)
    }
    this.bought = new Uint8Array(customers * this.sums.length)
  }

  /** `isFirst`: the customer never bought before. */
  transaction(who: number, day: Day, cents: number, isFirst: boolean): void {
    const month = this.at(day)
    const sum = this.sum(month)
    sum.transactions++
    sum.cents += cents
    const pair = who * this.sums.length + month
    if (this.bought[pair] === 1) return
    this.bought[pair] = 1
    this.pairs++
    sum.buyers++
    if (isFirst) sum.newBuyers++
    if (month > 0 && this.bought[pair - 1] === 1) sum.returningBuyers++
  }

  ticket(day: Day): void {
    this.sum(this.at(day)).tickets++
  }

  session(day: Day): void {
    this.sum(this.at(day)).sessions++
  }

  truth(): MonthTruth[] {
    return this.sums.map(({ cents, month, transactions, ...rest }) => ({
      month,
      transactions,
      amount: signedMoney(cents),
      ...rest,
    }))
  }

  private at(day: Day): number {
    const month = this.monthOf[day - this.first]
    if (month === undefined) throw new RangeError(`${isoOf(day)} is outside of the period`)
    return month
  }

  private sum(month: number): Sum {
    const sum = this.sums[month]
    if (!sum) throw new RangeError(`no month ${month}`)
    return sum
  }
}

const empty = (month: string): Sum => ({
  month,
  transactions: 0,
  cents: 0,
  buyers: 0,
  newBuyers: 0,
  returningBuyers: 0,
  tickets: 0,
  sessions: 0,
})
