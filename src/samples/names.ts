import { itemAt, type Random } from './random.ts'
import { cities, firstNames, lastNames, streetKinds, streets } from './words.ts'

/** Mostly two words; sometimes with an initial or a double family name. */
export function personName(random: Random): string {
  const first = random.pick(firstNames)
  const last = random.pick(lastNames)
  const turn = random.float()
  if (turn < 0.05) return `${first} ${random.pick(firstNames).charAt(0)}. ${last}`
  return turn < 0.08 ? `${first} ${last}-${random.pick(lastNames)}` : `${first} ${last}`
}

const letters = (word: string): string =>
  word
    .normalize('NFD')
    .replaceAll(/[^A-Za-z]/g, '')
    .toLowerCase()

/** Of its own for every customer, in a domain that belongs to nobody. */
export function emailOf(name: string, id: number): string {
  const parts = name.split(' ')
  return `${letters(itemAt(parts, 0))}.${letters(itemAt(parts, parts.length - 1))}${id}@example.com`
}

/** `12 Oak Street Apt. 7, Salem, OR 97301` */
export function addressIn(city: number, random: Random): string {
  const [name, state, zip] = itemAt(cities, city)
  const street = `${1 + random.below(9899)} ${random.pick(streets)} ${random.pick(streetKinds)}`
  const unit = random.chance(0.3) ? ` Apt. ${1 + random.below(450)}` : ''
  return `${street}${unit}, ${name}, ${state} ${zip}${String(random.below(100)).padStart(2, '0')}`
}

/** Two words, sometimes three or four. */
export function memberName(random: Random): string {
  const [first, last] = [random.pick(firstNames), random.pick(lastNames)]
  const turn = random.float()
  if (turn < 0.1) return `${first} ${random.pick(firstNames)} ${last}`
  if (turn < 0.16) return `${first} ${last} ${random.pick(lastNames)}`
  return turn < 0.18
    ? `${first} ${random.pick(firstNames)} ${last} ${random.pick(lastNames)}`
    : `${first} ${last}`
}

/** `12 Oak Street Apt. 7` */
export function streetIn(random: Random): string {
  const street = `${1 + random.below(9899)} ${random.pick(streets)} ${random.pick(streetKinds)}`
  return random.chance(0.3) ? `${street} Apt. ${1 + random.below(450)}` : street
}
