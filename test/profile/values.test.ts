import { describe, expect, test } from 'vitest'
import { columnProfile } from '../../src/profile/column.ts'
import { dateFacts, dateText } from '../../src/profile/dates.ts'
import { numberFacts, numberStyle, numberText } from '../../src/profile/numbers.ts'
import type { ValueCount } from '../../src/profile/types.ts'
import { tokensOf } from '../../src/profile/vocabulary.ts'

const counted = (...values: string[]): ValueCount[] => values.map((value) => ({ value, count: 1 }))

describe('dates', () => {
  test.each([
    ['2024-03-05', '%Y-%m-%d', true],
    ['2024-03-05T14:22:31.123Z', '%Y-%m-%dT%H:%M:%S.%f%z', true],
    ['2024-03-05 10:00:00 +0000', '%Y-%m-%d %H:%M:%S %z', false],
    ['05.01.2024 10:15', '{a}.{b}.%Y %H:%M', false],
    ['3/5/24 1:02 PM', '{a}/{b}/%y %I:%M %p', false],
    ['Mar 5, 2024', '%b %d, %Y', false],
    ['20240305', '%Y%m%d', false],
  ])('%s is written %s', (text, pattern, iso) => {
    expect(dateText(text)).toMatchObject({ pattern, iso })
  })

  test.each(['2024-13-05', '13/13/2024', '2024-03-05 25:00', '12.5', 'soon', '99999999'])(
    '%s is no date',
    (text) => {
      expect(dateText(text)).toBeUndefined()
    },
  )

  test('a number above 12 settles day or month first; without one it stays open', () => {
    expect(dateFacts(counted('13/02/2024', '01/02/2024'))).toMatchObject({
      formats: ['%d/%m/%Y'],
      order: { dayFirst: true, certain: true },
    })
    expect(dateFacts(counted('02/13/2024', '01/02/2024'))).toMatchObject({
      formats: ['%m/%d/%Y'],
      order: { dayFirst: false, certain: true },
    })
    expect(dateFacts(counted('03/02/2024', '01/02/2024'))?.order?.certain).toBe(false)
  })

  test('one slip among many is no second format', () => {
    const many = { value: '2024-01-31', count: 99 }
    expect(dateFacts([many, { value: '13/02/2025', count: 1 }])).toMatchObject({ formats: [], other: 1 })
  })
})

describe('numbers', () => {
  test.each([
    ['1.249,00', 1249, 'comma'],
    ['1,234.50', 1234.5, 'point'],
    ['$1,234.50', 1234.5, 'point'],
    ['-$59.90', -59.9, 'point'],
    ['($59.90)', -59.9, 'point'],
    ['12,50 €', 12.5, 'comma'],
    ['1,234', 1234, 'either'],
    ['7', 7, 'none'],
  ])('%s is %d', (text, value, decimal) => {
    expect(numberText(text)).toMatchObject({ value, decimal })
  })

  test.each(['abc', '$', '1,23,4', '2024-01-01', '12 apples', '(5'])('%s is none', (text) => {
    expect(numberText(text)).toBeUndefined()
  })

  test('one column settles the separators of its file', () => {
    const facts = [counted('1.234', '5.678'), counted('12,50', '1.249,00')].map(
      (values) => numberFacts(values) ?? expect.unreachable(),
    )
    expect(numberStyle(facts)).toMatchObject({ decimal: ',', thousands: '.', certain: true })
    expect(numberStyle(facts.slice(0, 1)).certain).toBe(false)
  })
})

test.each([
  ['CustomerID', ['customer', 'id']],
  ['CUSTOMERID', ['customer', 'id']],
  ['cust_id', ['cust', 'id']],
  ['Customer ID', ['customer', 'id']],
  ['Kundennummer', ['kunden', 'nummer']],
  ['E-Mail', ['email']],
  ['Prénom', ['prenom']],
  ['status', ['status']],
])('%s is read as %s', (header, words) => {
  expect(tokensOf(header).map(({ text }) => text)).toEqual(words)
})

test('a text before every date is found, and values of people are not kept', () => {
  const measured = { name: 'when', rows: 2, filled: 2, distinct: 2, distinctExact: true }
  const dated = columnProfile({
    ...measured,
    values: counted('Date: 2024-03-05 10:00:00', 'Date: 2024-03-06 11:00:00'),
  })
  expect(dated).toMatchObject({ prefix: 'Date:', dates: { timeOfDay: true, formats: [] } })
  const mail = { value: 'ada@example.org', count: 5 }
  expect(
    columnProfile({ ...measured, name: 'x', rows: 5, filled: 5, distinct: 1, values: [mail] }),
  ).toMatchObject({ personal: 'email', values: [] })
})
