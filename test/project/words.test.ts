import { expect, test } from 'vitest'
import { editDistance, nearest, snakeCase } from '../../src/project/words.ts'

test.each([
  ['', '', 0],
  ['abc', '', 3],
  ['colunms', 'columns', 1],
  ['custmer', 'customer', 1],
  ['kitten', 'sitting', 3],
  ['ab', 'ba', 1],
])('editDistance(%j, %j) = %i', (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance)
  expect(editDistance(b, a)).toBe(distance)
})

test('nearest: a slip is recognised, another word is not', () => {
  expect(nearest('Colunms', ['files', 'columns'])).toBe('columns')
  expect(nearest('state', ['status', 'store_id'])).toBeUndefined()
  expect(nearest('id', ['is'])).toBeUndefined()
})

test.each([
  ['CustomerID', 'customer_id'],
  ['Open Hours', 'open_hours'],
  ['URLPath', 'url_path'],
  ['E-Mail (work)', 'e_mail_work'],
  ['Prénom', 'prenom'],
  ['Address2', 'address2'],
  ['  _x_ ', 'x'],
  ['€', ''],
])('snakeCase(%j) = %j', (name, expected) => expect(snakeCase(name)).toBe(expected))
