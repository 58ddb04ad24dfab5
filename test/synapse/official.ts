import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import * as synapse from '@azure/synapse-artifacts'

/** What the official client knows of a type: enough of core-client's mappers to hold JSON against. */
interface Mapper {
  readonly serializedName?: string
  readonly required?: boolean
  readonly type: {
    readonly name: string
    readonly className?: string
    readonly uberParent?: string
    readonly polymorphicDiscriminator?: { readonly serializedName: string }
    readonly modelProperties?: Readonly<Record<string, Mapper>>
    readonly element?: Mapper
    readonly value?: Mapper
    readonly allowedValues?: readonly string[]
  }
}

interface NameRule {
  readonly mapper: {
    readonly constraints: {
      readonly Pattern: RegExp
      readonly MaxLength: number
      readonly MinLength: number
    }
  }
}

// The package exports its types' shapes only here.
const models: string = '@azure/synapse-artifacts/dist-esm/src/models'
const mappers = (await import(`${models}/mappers.js`)) as Readonly<Record<string, Mapper>>
const rules = (await import(`${models}/parameters.js`)) as Readonly<Record<string, NameRule>>

const main = createRequire(import.meta.url).resolve('@azure/synapse-artifacts')
const declarations = readFileSync(join(main, '../../types/synapse-artifacts.d.ts'), 'utf8').replaceAll(
  '\r',
  '',
)

/** Properties by type that are there in any case: the mappers say so of plain values only, the declarations of all. */
const REQUIRED: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  [...declarations.matchAll(/^export declare interface (\w+)[^{]*\{\n([\s\S]*?)^\}/gm)].map(
    ([, name = '', body = '']) =>
      [name, new Set([...body.matchAll(/^ {4}(\w+): /gm)].map(([, property = '']) => property))] as const,
  ),
)

/** The words that some texts may be: the mappers only say that they are texts. */
const WORDS: Readonly<Record<string, object>> = {
  'ActivityDependency.dependencyConditions': synapse.KnownDependencyCondition,
  'DataFlowReference.type': synapse.KnownDataFlowReferenceType,
  'ExecuteDataFlowActivityTypePropertiesCompute.computeType': synapse.KnownDataFlowComputeType,
  'LinkedServiceReference.type': synapse.KnownType,
  'ParameterSpecification.type': synapse.KnownParameterType,
  'ScheduleTriggerRecurrence.frequency': synapse.KnownRecurrenceFrequency,
  'Trigger.runtimeState': synapse.KnownTriggerRuntimeState,
}

const FOLDERS = {
  pipeline: ['PipelineResource', 'pipelineName'],
  dataflow: ['DataFlowResource', 'dataFlowName'],
  dataset: ['DatasetResource', 'datasetName'],
  linkedService: ['LinkedServiceResource', 'linkedServiceName'],
  trigger: ['TriggerResource', 'triggerName'],
} as const

/**
 * What the official types say against a file of a workspace; empty = nothing. Stricter than the client, which lets unknown properties of
 * some types through: whatever no type has is a fault here.
 */
export function faultsIn(path: string, resource: unknown): string[] {
  const folder = path.split('/')[0] as keyof typeof FOLDERS
  const [type, rule] = FOLDERS[folder]
  const name = String((resource as { readonly name?: unknown }).name)
  const { Pattern, MaxLength, MinLength } = rules[rule]?.mapper.constraints ?? {}
  const named =
    Pattern?.test(name) === true && name.length <= (MaxLength ?? 0) && name.length >= (MinLength ?? 1)
  return [...(named ? [] : [`${path}: no name: ${name}`]), ...against(resource, ofClass(type), path)]
}

const ofClass = (name: string): Mapper => {
  const mapper = mappers[name]
  if (!mapper) throw new Error(`no type ${name}`)
  return mapper
}

type Json = Readonly<Record<string, unknown>>

function against(value: unknown, mapper: Mapper, at: string): string[] {
  const { type } = mapper
  const wrong = (what: string) => [`${at}: no ${what}`]
  switch (type.name) {
    case 'String':
      return typeof value === 'string' ? [] : wrong('text')
    case 'Number':
      return typeof value === 'number' ? [] : wrong('number')
    case 'Boolean':
      return typeof value === 'boolean' ? [] : wrong('boolean')
    case 'DateTime':
      return typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? [] : wrong('time')
    case 'Enum':
      return type.allowedValues?.includes(String(value)) ? [] : wrong(`word of ${type.allowedValues}`)
    case 'Sequence':
      return Array.isArray(value)
        ? value.flatMap((one, n) => (type.element ? against(one, type.element, `${at}[${n}]`) : []))
        : wrong('list')
    case 'Dictionary':
      return isObject(value)
        ? Object.entries(value).flatMap(([key, one]) =>
            type.value ? against(one, type.value, `${at}.${key}`) : [],
          )
        : wrong('object')
    case 'Composite':
      return isObject(value) ? composite(value, mapper, at) : wrong('object')
    default:
      return []
  }
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The type that a value says it is, of those that derive from `mapper`. */
function derived(value: Json, mapper: Mapper): Mapper | undefined {
  const whole = mapper.type.modelProperties ? mapper : ofClass(mapper.type.className ?? '')
  const key = whole.type.polymorphicDiscriminator?.serializedName
  if (key === undefined) return whole
  return Object.values(mappers).find(
    (one) => one.serializedName === value[key] && ancestors(one).includes(whole.type.className),
  )
}

function ancestors({ type }: Mapper): (string | undefined)[] {
  const parent = type.uberParent
  if (parent === undefined || parent === type.className) return [type.className]
  return [type.className, ...ancestors(ofClass(parent))]
}

/** Properties by where they stand: `typeProperties.location` lies in `typeProperties`. */
interface Place {
  readonly inner: Map<string, Place>
  mapper?: Mapper
  required?: boolean
}

function composite(value: Json, mapper: Mapper, at: string): string[] {
  const type = derived(value, mapper)
  if (!type) return [`${at}: no ${mapper.type.className} is of this type`]
  const root: Place = { inner: new Map() }
  const owners = ancestors(type)
  for (const [name, property] of Object.entries(type.type.modelProperties ?? {})) {
    let place = root
    for (const part of (property.serializedName ?? '').split(/(?<!\\)\./)) {
      const next: Place = place.inner.get(part) ?? { inner: new Map() }
      place.inner.set(part, next)
      place = next
    }
    place.mapper = property
    place.required =
      property.required === true || owners.some((owner) => REQUIRED.get(owner ?? '')?.has(name))
  }
  return inPlace(value, root, at, owners)
}

function inPlace(
  value: Json,
  { inner }: Place,
  at: string,
  owners: readonly (string | undefined)[],
): string[] {
  const faults = Object.keys(value)
    .filter((key) => !inner.has(key))
    .map((key) => `${at}: ${owners[0]} has no ${key}`)
  for (const [key, place] of inner) {
    const found = value[key]
    if (found === undefined) {
      if (isRequired(place)) faults.push(`${at}: ${key} is missing`)
    } else if (place.mapper) {
      faults.push(...against(found, place.mapper, `${at}.${key}`), ...words(found, key, at, owners))
    } else if (isObject(found)) faults.push(...inPlace(found, place, `${at}.${key}`, owners))
    else faults.push(`${at}.${key}: no object`)
  }
  return faults
}

const isRequired = ({ required, inner }: Place): boolean =>
  required === true || [...inner.values()].some(isRequired)

function words(found: unknown, key: string, at: string, owners: readonly (string | undefined)[]): string[] {
  const allowed = owners.flatMap((owner) => WORDS[`${owner}.${key}`] ?? [])
  return [found]
    .flat()
    .filter((one) => allowed.some((list) => !Object.values(list).includes(one)))
    .map((one) => `${at}.${key}: ${String(one)} is no such word`)
}
