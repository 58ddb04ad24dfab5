import type { Entity, Field } from '../model/types.ts'
import { type Named, type Place, reject } from './shape.ts'
import type { Contract } from './types.ts'
import { properZone } from './values.ts'
import { didYouMean } from './words.ts'
import type { YamlFile } from './yaml.ts'

/** The constants of `set`, each checked against the type and range of its field. */
export function setFrom(written: readonly Named<string>[], entity: Entity, file: YamlFile): Contract['set'] {
  const known = entity.fields.map(({ name }) => name)
  return Object.fromEntries(
    written.flatMap(({ name, line, value }) => {
      const at = { file, label: `\`${name}\``, line }
      const field = entity.fields.find((candidate) => candidate.name === name)
      if (!field) {
        reject(
          at,
          'unknown_field',
          `\`set\` fills \`${name.slice(0, 60)}\`, which is not a field of ${entity.name}`,
          didYouMean(name, known),
        )
        return []
      }
      if (value !== undefined) checkConstant(field, value, at)
      return value === undefined ? [] : [[name, value] as const]
    }),
  )
}

const PATTERNS: Readonly<Record<Field['type'], RegExp>> = {
  text: /^/,
  integer: /^-?\d{1,18}$/,
  decimal: /^-?\d{1,16}(\.\d{1,2})?$/,
  date: /^\d{4}-\d{2}-\d{2}$/,
  timestamp: /^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2})?)?$/,
  boolean: /^(true|false)$/,
}

function checkConstant(field: Field, value: string, at: Place): void {
  const dated = field.type === 'date' || field.type === 'timestamp'
  const moment = new Date(value.length === 10 ? value : `${value.replace(' ', 'T')}Z`)
  const real =
    !dated || (!Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(value.slice(0, 10)))
  const inRange =
    Number(value) >= (field.min ?? Number(value)) && Number(value) <= (field.max ?? Number(value))
  const numeric = field.type === 'integer' || field.type === 'decimal'
  if (!PATTERNS[field.type].test(value) || !real || (numeric && !inRange))
    reject(at, 'bad_value', `\`${value.slice(0, 60)}\` is no ${field.type} for ${at.label}`)
  if (field.name === 'time_zone' && properZone(value) !== value)
    reject(
      at,
      'bad_time_zone',
      `${at.label}: there is no time zone \`${value.slice(0, 60)}\``,
      'use a name as in the IANA list, for example `Europe/London`',
    )
}
