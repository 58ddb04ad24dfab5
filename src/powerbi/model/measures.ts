import { dimensionsOf } from '../../model/semantic/catalogue.ts'
import type { Measure } from '../../model/semantic/measure.ts'
import type { Format } from '../../model/semantic-types.ts'
import { described, money } from './columns.ts'
import { type DaxNames, daxOf, written } from './dax.ts'
import type { ModelMeasure, ModelWish } from './types.ts'

const FOLDERS: Readonly<Record<Format, string>> = {
  money: 'Amounts',
  count: 'Counts',
  percent: 'Rates',
  decimal: 'Averages',
  seconds: 'Averages',
  hours: 'Averages',
  points: 'Points',
}

/** Percents are 0 to 100 already. */
function formatString(format: Format, currency: string): string {
  switch (format) {
    case 'money':
      return money(currency)
    case 'percent':
      return '0.00"%"'
    case 'count':
    case 'points':
      return '#,0'
    default:
      return '#,0.00'
  }
}

/** A measure of the catalogue in DAX. */
export function modelMeasure(measure: Measure, names: DaxNames, wish: ModelWish): ModelMeasure {
  const unit = measure.format === 'hours' ? ' In hours.' : measure.format === 'seconds' ? ' In seconds.' : ''
  return {
    name: measure.label,
    description: described(
      `${[measure.description, measure.traps].filter((text) => text !== '').join('. ')}.${unit}`.replace(
        '..',
        '.',
      ),
    ),
    dax: written(measure.expression, names),
    formatString: formatString(measure.format, wish.currency),
    folder: FOLDERS[measure.format],
  }
}

const COMPARED = ['revenue', 'orders', 'aov', 'buyers', 'interactions', 'sessions', 'signups']

/** The same a year before, where the model holds the data: shifting days is slow or refused in DirectQuery. */
export function yearBefore(measure: Measure, names: DaxNames, wish: ModelWish): readonly ModelMeasure[] {
  const isDated = dimensionsOf(measure).some(({ name }) => name === 'date')
  if (wish.mode !== 'import' || !isDated || !COMPARED.includes(measure.name)) return []
  return [
    {
      name: `${measure.label} a year before`,
      description: `${measure.label} of the same days one calendar year before; nothing where the data does not reach back`,
      dax: daxOf({ op: 'shift', of: measure.expression, by: 'year' }, names),
      formatString: formatString(measure.format, wish.currency),
      folder: 'Compared',
    },
  ]
}
