import { entityNamed } from '../model/entities.ts'
import type { EntityName, Field } from '../model/types.ts'
import type { Draft } from './across.ts'
import type { WrittenColumn } from './contract-shape.ts'
import { type Place, reject } from './shape.ts'
import type { CleanStep, Contract, Lookup } from './types.ts'
import type { YamlFile } from './yaml.ts'

/** What a column with `by` is in silver: a text of its own beside the reference, cleaned like the field it is compared with. */
export interface LookupColumn {
  readonly field: string
  readonly lookup: Lookup
  readonly clean: readonly CleanStep[]
  /** The field of the entity referred to. */
  readonly target: Field
}

/** Where silver keeps the value a reference goes by: `customer_id` by e-mail in `customer_email`. */
export const besideOf = (reference: string, by: Lookup['by']): string =>
  `${reference.replace(/_id$/, '')}_${by}`

/**
 * Reads `by`. A reference of the model is resolved in gold and its value kept under a name of its own, so that the same
 * reference may have an id as well; a column of one's own keeps its name. Undefined when it cannot be: problems go to `file`.
 */
export function lookupFrom(
  field: string,
  written: WrittenColumn,
  model: Field | undefined,
  file: YamlFile,
): LookupColumn | undefined {
  const { by } = written.values
  if (by === undefined) return undefined
  const at = placeOf(field, written, file)
  const entity = model ? model.references : written.values.references
  if (entity === undefined) return refersToNothing(at('by'), field, by, written)
  const target = entityNamed(entity).fields.find(({ name }) => name === by)
  if (!target)
    return reject(
      at('by'),
      'bad_value',
      `a reference to ${entity} cannot go by ${by}: ${entity} has no field \`${by}\``,
      'remove `by`: the column then holds the id',
    )
  checkWords(field, by, written, at)
  checkReference(field, entity, written, at)
  return {
    field: model ? besideOf(field, by) : field,
    lookup: { entity, by, ...(model ? { fills: field } : {}) },
    clean: cleanedLike(by, written),
    target,
  }
}

const placeOf =
  (field: string, { lines, line }: WrittenColumn, file: YamlFile) =>
  (key: keyof typeof lines): Place => ({ file, label: `\`${field}\``, line: lines[key] ?? line })

function refersToNothing(at: Place, field: string, by: Lookup['by'], { values }: WrittenColumn): undefined {
  const hint =
    values.field === undefined
      ? `say which reference it fills, for example \`{ field: customer_id, by: ${by} }\``
      : 'remove it, or add `references`'
  return reject(at, 'bad_value', `\`by\` needs a reference, and \`${field}\` refers to nothing`, hint)
}

function checkWords(
  field: string,
  by: Lookup['by'],
  { values }: WrittenColumn,
  at: ReturnType<typeof placeOf>,
): void {
  if (values.orphan !== undefined)
    reject(
      at('orphan'),
      'bad_value',
      `\`${field}\` goes by ${by}, and \`orphan\` is for references by id`,
      'remove it: a value that no one or several have leaves the reference empty, and is counted',
    )
  if (values.type !== undefined && values.type !== 'text')
    reject(
      at('type'),
      'bad_value',
      `\`${field}\` goes by ${by}, which is a text and no ${values.type}`,
      'leave `type` out',
    )
  if (by === 'phone' && !values.clean?.some(({ value }) => value.op === 'phone'))
    reject(
      at('clean'),
      'bad_value',
      '`by: phone` needs the country of numbers without a prefix',
      'for example `clean: [{ phone: "+44" }]`, as in the contract of the customers',
    )
}

function checkReference(
  field: string,
  entity: EntityName,
  { values: { references = entity } }: WrittenColumn,
  at: ReturnType<typeof placeOf>,
): void {
  if (references !== entity)
    reject(
      at('references'),
      'fixed_by_model',
      `\`${field}\` refers to ${entity} in the model, not to ${references}`,
      'leave `references` out',
    )
}

function cleanedLike(by: Lookup['by'], { values }: WrittenColumn): CleanStep[] {
  const steps = values.clean?.map(({ value }) => value) ?? []
  return by === 'email' && !steps.some(({ op }) => op === 'email') ? [...steps, { op: 'email' }] : steps
}

/** Warns of values that nothing can match: no contract fills the field, or one fills it with numbers as they were written. */
export function checkLookups(drafts: readonly Draft[]): void {
  for (const { file, contract } of drafts)
    for (const { lookup, line } of contract?.columns ?? []) {
      if (!contract || !lookup) continue
      const { entity, by } = lookup
      const parents = drafts.flatMap(({ contract: other }) =>
        other?.entity === entity && other.idSpace === contract.idSpace ? other : [],
      )
      const filled = parents.filter((parent) => fills(parent, by))
      const warn = (message: string, hint: string) =>
        file.report({ code: 'cannot_match', severity: 'warn', line, message, hint })
      if (filled.length === 0)
        warn(
          `no contract of ${entity}${contract.idSpace === 'main' ? '' : ` in the id space ${contract.idSpace}`} fills \`${by}\`, so nothing can match`,
          `map the ${by} of ${entity}, or leave this column's \`by\` out`,
        )
      for (const { file: path } of by === 'phone' ? filled.filter(isAsWritten) : [])
        warn(
          `\`phone\` in ${path} is not cleaned with \`phone\`, so the same number may be written in two ways`,
          'add `clean: [{ phone: "+44" }]` there, with the country prefix',
        )
    }
}

const fills = ({ columns }: Contract, field: string): boolean =>
  columns.some((column) => column.field === field)

const isAsWritten = ({ columns }: Contract): boolean =>
  columns.some(({ field, clean }) => field === 'phone' && !clean.some(({ op }) => op === 'phone'))

/** The columns of a contract that go by a value, in the order they are tried. */
export const lookupsOf = ({ columns }: Contract): { readonly field: string; readonly lookup: Lookup }[] =>
  columns.flatMap(({ field, lookup }) => (lookup ? [{ field, lookup }] : []))

/** Entities whose things fill references of a contract. */
export const lookedUpIn = (contract: Contract): EntityName[] =>
  lookupsOf(contract).flatMap(({ lookup }) => (lookup.fills === undefined ? [] : lookup.entity))
