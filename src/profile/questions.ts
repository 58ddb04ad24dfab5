import type { Question } from './draft-types.ts'
import { SALE_STATUS } from './fit.ts'
import type { Hints } from './hints.ts'
import { hintsOf } from './hints.ts'
import { columnAt, type Look, type TableLook } from './look.ts'
import { type Measuring, rowsOf } from './measure.ts'

/** What only a person knows, each with the answer that is taken without one. */
export async function questionsOf(context: Measuring, look: Look): Promise<Question[]> {
  const hints = hintsOf(look)
  return [await statusQuestion(context, look), zoneQuestion(hints), currencyQuestion(hints)]
}

/** Statuses of a sale that went through, in the words of four languages. */
const DONE =
  /^(?:complete[d]?|done|paid|shipped|delivered|fulfilled|success(?:ful)?|settled|closed|abgeschlossen|bezahlt|versendet|geliefert|erledigt|pagado|completado|enviado|entregado|pay[ée]e?|termin[ée]e?|livr[ée]e?|exp[ée]di[ée]e?)$/i

interface Status {
  readonly status: string
  readonly rows: number
  readonly amount: number
}

async function statusQuestion(context: Measuring, { tables }: Look): Promise<Question> {
  const sales = tables.filter(({ match }) => match.best?.entity === 'transaction')
  const found = (await Promise.all(sales.map((table) => statusesOf(context, table)))).flat()
  const byWord = new Map<string, Status>()
  for (const { status, rows, amount } of found) {
    const before = byWord.get(status)
    byWord.set(status, { status, rows: rows + (before?.rows ?? 0), amount: amount + (before?.amount ?? 0) })
  }
  const all = [...byWord.values()].sort((a, b) => b.rows - a.rows)
  const done = all.filter(({ status }) => DONE.test(status)).map(({ status }) => status)
  const choices = all.map(({ status, rows, amount }) => ({
    value: status,
    about: `${rows.toLocaleString('en-US')} rows, ${amount.toLocaleString('en-US', { maximumFractionDigits: 2 })} in all`,
  }))
  const text = 'Which statuses of a sale count as sales?'
  if (all.length === 0)
    return {
      id: 'counted_statuses',
      text,
      fallback: 'all',
      why: 'no source of sales has a status, so every sale counts',
      sure: true,
      choices,
    }
  if (done.length === 0)
    return {
      id: 'counted_statuses',
      text,
      fallback: 'all',
      why: `no status is a word known for a finished sale (there are ${all
        .slice(0, 12)
        .map(({ status }) => status)
        .join(', ')}), so all count`,
      sure: false,
      choices,
    }
  const others = all.filter(({ status }) => !done.includes(status)).map(({ status }) => status)
  const rest = others.length > 0 ? `; not counted: ${others.slice(0, 12).join(', ')}` : ''
  return {
    id: 'counted_statuses',
    text,
    fallback: done.join(', '),
    why: `${done.join(', ')} ${done.length === 1 ? 'sounds' : 'sound'} like finished sales${rest}`,
    sure: others.every((status) => SALE_STATUS.test(status)),
    choices,
  }
}

/** More different values than this are no statuses. */
const STATUSES = 40

async function statusesOf(context: Measuring, table: TableLook): Promise<Status[]> {
  const [status, amount] = [columnAt(table, 'status'), columnAt(table, 'amount')]
  if (status === undefined) return []
  const { decimal, thousands } = table.style
  const d = context.dialect
  const digits = thousands === '' ? `${amount}` : `replace(${amount}, ${d.literal(thousands)}, '')`
  const plain = `regexp_replace(${decimal === ',' ? `replace(${digits}, ',', '.')` : digits}, '[^0-9.-]', '', 'g')`
  const sum = amount === undefined ? '0' : `coalesce(sum(try_cast(${plain} as decimal(18,2))), 0)`
  const sql = `select trim(${status}) as s, count(*) as n, cast(${sum} as double) from ${table.open.sample} where nullif(trim(${status}), '') is not null group by 1 order by n desc, s limit ${STATUSES + 1}`
  const rows = await rowsOf(context, sql)
  if (rows.length > STATUSES) return []
  return rows.map(([word, count, total]) => ({
    status: String(word),
    rows: Number(count),
    amount: Number(total),
  }))
}

const zoneOfPrefix: Readonly<Record<string, string>> = {
  '+44': 'Europe/London',
  '+49': 'Europe/Berlin',
  '+43': 'Europe/Vienna',
  '+41': 'Europe/Zurich',
  '+33': 'Europe/Paris',
  '+34': 'Europe/Madrid',
  '+39': 'Europe/Rome',
  '+31': 'Europe/Amsterdam',
  '+32': 'Europe/Brussels',
  '+45': 'Europe/Copenhagen',
  '+46': 'Europe/Stockholm',
  '+47': 'Europe/Oslo',
  '+48': 'Europe/Warsaw',
  '+351': 'Europe/Lisbon',
  '+353': 'Europe/Dublin',
  '+61': 'Australia/Sydney',
  '+64': 'Pacific/Auckland',
  '+81': 'Asia/Tokyo',
  '+91': 'Asia/Kolkata',
}
const zoneOfLanguage = { de: 'Europe/Berlin', fr: 'Europe/Paris', es: 'Europe/Madrid' } as const
const zoneOfCurrency: Readonly<Record<string, string>> = {
  GBP: 'Europe/London',
  CHF: 'Europe/Zurich',
  SEK: 'Europe/Stockholm',
  NOK: 'Europe/Oslo',
  DKK: 'Europe/Copenhagen',
  PLN: 'Europe/Warsaw',
  JPY: 'Asia/Tokyo',
  INR: 'Asia/Kolkata',
}
const languageNames = { de: 'German', fr: 'French', es: 'Spanish' } as const

function zoneQuestion({ prefix, language, currencies }: Hints): Question {
  const byPrefix = prefix === undefined ? undefined : zoneOfPrefix[prefix]
  const byCurrency = zoneOfCurrency[currencies[0]?.code ?? '']
  const byLanguage = language && zoneOfLanguage[language]
  const [fallback, why] = byPrefix
    ? [byPrefix, `phone numbers begin with ${prefix}`]
    : byLanguage
      ? [byLanguage, `the headers are ${languageNames[language]}`]
      : byCurrency
        ? [byCurrency, `the currency is ${currencies[0]?.code}`]
        : ['UTC', 'nothing in the files names a country']
  return {
    id: 'time_zone',
    text: 'In which time zone does the business keep its clocks (an IANA name)?',
    fallback,
    why,
    sure: false,
    choices: [],
  }
}

const currencyOfPrefix: Readonly<Record<string, string>> = {
  '+1': 'USD',
  '+44': 'GBP',
  '+49': 'EUR',
  '+43': 'EUR',
  '+33': 'EUR',
  '+34': 'EUR',
  '+39': 'EUR',
  '+31': 'EUR',
  '+32': 'EUR',
  '+351': 'EUR',
  '+353': 'EUR',
  '+41': 'CHF',
  '+45': 'DKK',
  '+46': 'SEK',
  '+47': 'NOK',
  '+48': 'PLN',
  '+61': 'AUD',
  '+64': 'NZD',
  '+81': 'JPY',
  '+91': 'INR',
}

function currencyQuestion({ currencies, prefix, language }: Hints): Question {
  const text = 'Which currency are the amounts in (three letters)?'
  const choices = currencies.map(({ code, evidence }) => ({ value: code, about: evidence }))
  const [first, second] = currencies
  if (first)
    return {
      id: 'currency',
      text,
      fallback: first.code,
      why: second
        ? `${first.evidence}; ${second.evidence} too, and rows in another currency are held back`
        : first.evidence,
      sure: second === undefined,
      choices,
    }
  const byPrefix = currencyOfPrefix[prefix ?? '']
  if (byPrefix)
    return {
      id: 'currency',
      text,
      fallback: byPrefix,
      why: `phone numbers begin with ${prefix}`,
      sure: false,
      choices,
    }
  if (language)
    return {
      id: 'currency',
      text,
      fallback: 'EUR',
      why: `the headers are ${languageNames[language]}`,
      sure: false,
      choices,
    }
  return {
    id: 'currency',
    text,
    fallback: 'USD',
    why: 'nothing in the files names a currency',
    sure: false,
    choices,
  }
}
