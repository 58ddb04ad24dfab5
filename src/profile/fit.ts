import { entityNamed } from '../model/entities.ts'
import type { EntityName, FieldType } from '../model/types.ts'
import type { ColumnProfile, ValueCount } from './types.ts'

/** How well contents suit a field: -1 rules it out, 0 says nothing, up to 1 speaks for it by itself. */
export function contentScore(column: ColumnProfile, entity: EntityName, field: string): number {
  if (column.looked === 0) return 0
  const model = entityNamed(entity).fields.find(({ name }) => name === field)
  if (!model) return 0
  const special = specials[field]
  if (special) return special(column)
  if (field.endsWith('_id')) return idFit(column, field === entityNamed(entity).key[0])
  return typeFit(column, model.type)
}

/** A column of the right type says little, since many are; of the wrong one all. */
function typeFit({ kinds, longest }: ColumnProfile, type: FieldType): number {
  switch (type) {
    case 'integer':
      return kinds.integer >= 0.8 || (kinds.number >= 0.8 && kinds.money < 0.5) ? 0.2 : -1
    case 'decimal':
      return kinds.number >= 0.7 ? (kinds.money >= 0.5 ? 0.5 : 0.15) : -1
    case 'date':
    case 'timestamp':
      return kinds.date + kinds.timestamp >= 0.6 ? 0.5 : -1
    case 'boolean':
      return kinds.boolean >= 0.9 ? 0.3 : -1
    case 'text':
      return kinds.json >= 0.5 || longest > 2000
        ? -1
        : kinds.number > 0.9 || kinds.date + kinds.timestamp > 0.5
          ? -0.5
          : 0.05
  }
}

/** An id is a short text without much in it; e-mail addresses serve where there is nothing else. */
function idFit(column: ColumnProfile, isKey: boolean): number {
  const { kinds, longest, numbers, distinct, filled } = column
  if (
    kinds.json > 0.2 ||
    kinds.timestamp > 0.2 ||
    kinds.hours > 0.5 ||
    kinds.words > 0.7 ||
    kinds.place > 0.5 ||
    longest > 80
  )
    return -1
  if ((numbers?.decimals ?? 0) > 0 && kinds.number > 0.8) return -1
  if (kinds.date > 0.5 && kinds.integer < 0.9) return -1
  if (kinds.email > 0.3) return -0.4
  return isKey && distinct > 1 && distinct >= filled * 0.95 ? 0.2 : 0.05
}

const share = (values: readonly ValueCount[], pattern: RegExp): number => {
  const total = values.reduce((sum, { count }) => sum + count, 0)
  const hits = values.reduce((sum, { value, count }) => sum + (pattern.test(value) ? count : 0), 0)
  return total === 0 ? 0 : hits / total
}

/** Words of a short list: known ones speak for the field, a column of many different values against it. */
const wordList =
  (pattern: RegExp) =>
  ({ values, kinds, distinct }: ColumnProfile): number => {
    if (kinds.date + kinds.timestamp > 0.5 || kinds.money > 0.5 || kinds.email > 0.3) return -1
    if (values.length === 0) return distinct > 100 ? -1 : -0.3
    return share(values, pattern) >= 0.4 ? 0.6 : kinds.number > 0.9 ? -0.3 : 0
  }

const letters = ({ kinds }: ColumnProfile): number =>
  kinds.email > 0.3 || kinds.number > 0.6 || kinds.date + kinds.timestamp > 0.5
    ? -1
    : kinds.letters >= 0.5
      ? 0.15
      : 0

export const SALE_STATUS =
  /^(?:complete[d]?|done|paid|shipped|delivered|fulfilled|success(?:ful)?|settled|closed|ok|pending|open|processing|failed|cancel(?:l?ed)?|declined|refunded|returned|abgeschlossen|bezahlt|storniert|offen|versendet|geliefert|retourniert|in bearbeitung|abgebrochen|erledigt|pagado|completado|pendiente|cancelado|pay[ée]e?|termin[ée]e?|annul[ée]e?|livr[ée]e?|en attente|exp[ée]di[ée]e?)$/i
const TICKET_STATUS =
  /^(?:resolved|solved|open|closed|pending|escalated|new|in progress|waiting|on hold|reopened|gel(?:ö|oe)st|offen|geschlossen|erledigt|in bearbeitung|eskaliert|r[ée]solu[e]?|ouvert|ferm[ée]|resuelto|abierto|cerrado)$/i
const PAYMENT =
  /^(?:.*card|visa|master ?card|amex|american express|maestro|pay ?pal|cash|bar|bargeld|.*transfer|wire|cheque|check|invoice|rechnung|klarna.*|apple pay|google pay|sepa.*|lastschrift|.*karte|vorkasse|.*(?:ü|ue)berweisung|tarjeta.*|efectivo|carte.*|esp[eè]ces|virement|cod|ec|girocard|sofort.*|twint|ideal|bnpl|afterpay)$/i
const TIER =
  /^(?:bronze|silver|gold|platinum|diamond|basic|standard|premium|vip|silber|platin|plata|oro|argent|or|blue|black|elite|classic|basis)$/i
const DEVICE =
  /^(?:mobile|desktop|tablet|phone|smartphone|laptop|computer|pc|ios|android|tv|smart tv|handy|iphone|ipad|m[oó]vil|ordinateur|app)$/i
const SHIFT =
  /^(?:morning|afternoon|evening|night|day|early|late|fr(?:ü|ue)h.*|sp(?:ä|ae)t.*|nacht.*|tag.*|ma[ñn]ana|tarde|noche|matin|soir|nuit|am|pm)$/i
const CHANNEL =
  /^(?:online|in.?store|web(?:shop)?|shop|store|pos|app|mobile|phone|retail|filiale|laden|e-?commerce|marketplace|amazon|ebay|catalog(?:ue)?|b2b|b2c)$/i
const STATES =
  /^(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])$/

const specials: Readonly<Record<string, (column: ColumnProfile) => number>> = {
  email: ({ kinds }) => (kinds.email >= 0.5 ? 0.8 : -1),
  phone: ({ kinds }) => (kinds.phone >= 0.5 ? 0.6 : kinds.phone + kinds.digits >= 0.5 ? 0.05 : -1),
  name: letters,
  first_name: letters,
  last_name: letters,
  manager: letters,
  address: ({ kinds }) =>
    kinds.email > 0.3 || kinds.number > 0.5 || kinds.date + kinds.timestamp > 0.3
      ? -1
      : kinds.street >= 0.5
        ? 0.35
        : 0,
  city: letters,
  state: (column) =>
    letters(column) < 0 || share(column.values, SALE_STATUS) > 0.3
      ? -1
      : share(column.values, STATES) > 0.6
        ? 0.5
        : 0,
  category: (column) => (letters(column) < 0 ? -1 : column.distinct < column.filled / 2 ? 0.1 : -0.2),
  location: (column) => (column.kinds.email > 0.3 || column.kinds.number > 0.6 ? -1 : 0.1),
  department: letters,
  status: wordList(SALE_STATUS),
  resolution_status: wordList(TICKET_STATUS),
  issue_type: (column) => (letters(column) < 0 ? -1 : column.distinct <= 100 ? 0.1 : -0.2),
  payment_method: wordList(PAYMENT),
  tier: wordList(TIER),
  device: wordList(DEVICE),
  shift: wordList(SHIFT),
  channel: wordList(CHANNEL),
  currency: ({ values }) => (values.length > 0 && share(values, /^[A-Z]{3}$/i) > 0.9 ? 0.5 : -1),
  opening_hours: ({ kinds }) => (kinds.hours >= 0.5 ? 0.7 : kinds.number > 0.5 ? -1 : 0),
  satisfaction_score: ({ kinds, numbers, distinct }) =>
    kinds.integer >= 0.8 && (numbers?.min ?? 0) >= 0 && (numbers?.max ?? 99) <= 10 && distinct <= 11
      ? 0.3
      : -1,
  time_zone: ({ values }) => (share(values, /^[A-Z][a-z]+\/[A-Z]/) > 0.8 ? 0.6 : -1),
}
