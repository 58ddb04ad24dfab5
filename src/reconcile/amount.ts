/** Exact amounts in millionths: what the accounting adds up in. */
export type Amount = bigint

const MILLION = 1_000_000n

/** SQL that gives a number as text in six places. */
export const amountSql = (sql: string): string =>
  `cast(cast(coalesce(${sql}, 0) as decimal(38,6)) as varchar)`

/** Reads a decimal of at most six places. */
export function amountOf(value: unknown): Amount {
  const [, sign = '', whole = '0', part = ''] = /^(-?)(\d+)(?:\.(\d{1,6})\d*)?$/.exec(String(value)) ?? []
  const size = BigInt(whole) * MILLION + BigInt(part.padEnd(6, '0'))
  return sign === '-' ? -size : size
}

/** Two places, or as many as it needs; none for whole numbers of things. */
export function amountText(amount: Amount, whole: boolean): string {
  const size = amount < 0n ? -amount : amount
  const part = (size % MILLION)
    .toString()
    .padStart(6, '0')
    .replace(/0{1,4}$/, '')
  const fraction = whole && /^0*$/.test(part) ? '' : `.${part}`
  return `${amount < 0n ? '-' : ''}${size / MILLION}${fraction}`
}
