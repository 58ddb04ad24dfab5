import { beforeAll, describe, expect, test } from 'vitest'
import type { Contract, CsvFormat, Project } from '../../src/project/types.ts'
import { loadProjectOrFail } from '../../src/run/prepare.ts'
import { wildcard } from '../../src/synapse/files.ts'
import { type Workspace, workspace } from '../../src/synapse/workspace.ts'
import { pieces, unreadable } from '../engines/tsql-pieces.ts'
import { faultsOf } from './graph.ts'
import { option, parseScript, textsIn } from './script.ts'
import {
  type Example,
  exampleRoot,
  examples,
  exampleWorkspaces,
  type Json,
  jsonAt,
  jsonFiles,
  PLACES,
  scriptOf,
} from './support.ts'

let made: ReadonlyMap<Example, Workspace>
beforeAll(async () => {
  made = await exampleWorkspaces()
})
const filesOf = (name: Example): ReadonlyMap<string, string> => made.get(name)?.files ?? new Map()
const retail = () => filesOf('retail')

describe('references and names', () => {
  const FOLDER: Readonly<Record<string, string>> = {
    DatasetReference: 'dataset',
    LinkedServiceReference: 'linkedService',
    DataFlowReference: 'dataflow',
    PipelineReference: 'pipeline',
  }
  const references = (json: Json): { readonly type: string; readonly referenceName: string }[] =>
    typeof json !== 'object' || json === null
      ? []
      : [...('referenceName' in json ? [json] : []), ...Object.values(json).flatMap(references)]

  test.each(examples)('each of %s leads to a file, and each file is led to', (name) => {
    const files = filesOf(name)
    const found = jsonFiles(files).flatMap(([, json]) => references(json))
    const paths = found.map(({ type, referenceName }) => `${FOLDER[type]}/${referenceName}.json`)
    expect(paths.filter((path) => !files.has(path))).toEqual([])
    const led = new Set([...paths, 'trigger/c360_daily.json', 'tables.sql'])
    expect([...files.keys()].filter((path) => !led.has(path))).toEqual([])
    expect(jsonFiles(files).filter(([path, json]) => !path.endsWith(`/${json.name}.json`))).toEqual([])
  })

  test('flows, datasets and services have no dashes, and names differ in more than case', () => {
    const names = jsonFiles(filesOf('unified')).map(([path]) => path)
    expect(
      names.filter(
        (path) => !/^(dataflow|dataset|linkedService)\/[A-Za-z]\w*\.json$|^(pipeline|trigger)\//.test(path),
      ),
    ).toEqual([])
    expect(new Set(names.map((path) => path.toLowerCase())).size).toBe(names.length)
  })

  test('an activity gives its flow and datasets the parameters they declare', () => {
    for (const activity of jsonAt(retail(), 'pipeline/c360_load.json').properties.activities) {
      const { dataflow } = activity.typeProperties
      const flow = jsonAt(retail(), `dataflow/${dataflow.referenceName}.json`).properties.typeProperties
      expect(Object.keys(dataflow.parameters)).toEqual(parseScript(flow.scriptLines.join('\n')).parameters)
      for (const { name, dataset } of flow.sources) {
        const declared = jsonAt(retail(), `dataset/${dataset.referenceName}.json`).properties.parameters
        expect(Object.keys(dataflow.datasetParameters[name])).toEqual(Object.keys(declared))
      }
    }
  })
})

describe('the pipeline', () => {
  const activities = (name: Example): Json[] =>
    jsonAt(filesOf(name), 'pipeline/c360_load.json').properties.activities

  test.each(examples)('of %s has parents before their dependents, which wait for them', (name) => {
    const order = activities(name).map((activity) => activity.name)
    for (const { name: own, dependsOn } of activities(name))
      for (const { activity, dependencyConditions } of dependsOn) {
        expect(order.indexOf(activity)).toBeGreaterThanOrEqual(0)
        expect(order.indexOf(activity)).toBeLessThan(order.indexOf(own))
        expect(dependencyConditions).toEqual(['Succeeded'])
      }
  })

  test('of the retailer has the original order', () => {
    const waits = Object.fromEntries(
      activities('retail').map(({ name, dependsOn }) => [
        name,
        dependsOn.map(({ activity }: Json) => activity).sort(),
      ]),
    )
    expect(waits).toEqual({
      agents: [],
      customers: [],
      products: [],
      stores: [],
      customer_service_interactions: ['agents', 'customers'],
      in_store_transactions: ['customers', 'stores'],
      loyalty_accounts: ['customers'],
      loyalty_transactions: ['loyalty_accounts'],
      online_transactions: ['customers', 'products'],
    })
  })
})

describe('the flows', () => {
  test.each(examples)('of %s are whole graphs, and say the same as their JSON', (name) => {
    for (const [path, json] of jsonFiles(filesOf(name)).filter(([at]) => at.startsWith('dataflow/'))) {
      const { sources, sinks, transformations, scriptLines } = json.properties.typeProperties
      const script = parseScript(scriptLines.join('\n'))
      expect(faultsOf(script), path).toEqual([])
      const streams = (kind: (one: string) => boolean) =>
        script.statements.filter((one) => kind(one.kind)).map(({ stream }) => stream)
      const names = (list: Json[]) => list.map((one) => one.name)
      expect(names(sources)).toEqual(streams((one) => one === 'source'))
      expect(names(sinks)).toEqual(streams((one) => one === 'sink'))
      expect(names(transformations)).toEqual(streams((one) => one !== 'source' && one !== 'sink'))
    }
  })

  test('upsert by the keys of the contracts, which are the primary keys of the tables', () => {
    const tables = retail().get('tables.sql') ?? ''
    const keys = (source: string) =>
      textsIn(
        option(
          scriptOf(retail(), source).statements.at(-1) ?? { inputs: [], kind: '', args: [], stream: '' },
          'keys',
        ),
      )
    const primary = (source: string) =>
      [
        ...(new RegExp(`\\[pk_${source}\\] primary key \\w+ \\((.*)\\)`).exec(tables)?.[1] ?? '').matchAll(
          /\[(\w+)\]/g,
        ),
      ].map(([, key]) => key)
    expect(keys('loyalty_transactions')).toEqual(['loyalty_id', 'occurred_at'])
    for (const source of made.get('retail')?.loaded ?? []) expect(primary(source)).toEqual(keys(source))
  })

  test('the tables are T-SQL to another parser', () => {
    const batches = (retail().get('tables.sql') ?? '').replace(/^--.*$/gm, '').split(/^go$/m)
    expect(batches.flatMap(pieces).length).toBeGreaterThan(9)
    expect(unreadable(batches)).toEqual([])
    expect(unreadable([batches.join('').replace('not null', 'not (null')])).toHaveLength(1)
  })

  const script = () =>
    (jsonAt(retail(), 'dataflow/load_customers.json').properties.typeProperties.scriptLines as string[]).join(
      '\n',
    )
  const broken: readonly (readonly [string, string | RegExp, string, RegExp])[] = [
    ['a stream that is not there', 'Texts derive(', 'Text derive(', /reads Text, which is not there yet/],
    ['a column that is not there', 'lower(text_email)', 'lower(email_text)', /names email_text/],
    ['a key that is no column', "keys:['customer_id']", "keys:['CustomerID']", /has the key CustomerID/],
    ['a function that is none', 'lower(', 'small(', /calls small, which is no function/],
    ['too few arguments', 'regexReplace(text_customer_id, ', 'regexReplace(', /with 2 arguments/],
    [
      'a parameter that is none',
      'landing as string',
      'folder as string',
      /names \$landing, which is no parameter/,
    ],
    [
      'a transformation that is none',
      '~> Upserts',
      '~> Upserts\nUpserts sample(1) ~> Rest',
      /sample is no transformation/,
    ],
    ['a name that is none', /~> Newest\nNewest/, '~> the_newest\nthe_newest', /the_newest is no name/],
  ]
  test.each(broken)('would be refused for %s', (_, from, to, message) => {
    const before = script()
    const after = before.replace(from, to)
    expect(after).not.toBe(before)
    expect(faultsOf(parseScript(after)).join('\n')).toMatch(message)
  })
})

describe('what a data flow cannot do', () => {
  const contractsOf = async (): Promise<Project> => loadProjectOrFail(exampleRoot('retail'))

  test('is a reason to leave a source out, and its dependents wait for nothing then', async () => {
    const project = await contractsOf()
    const formats: Readonly<Record<string, Contract['format']>> = {
      customers: { type: 'json', decimal: '.', thousands: '' },
      products: { type: 'parquet' },
      stores: { ...(project.contracts[0]?.format as CsvFormat), quote: '' },
    }
    const contracts = project.contracts.map((one) => ({
      ...one,
      format: formats[one.source] ?? one.format,
      columns: one.columns.map((each) => (each.field === 'shift' ? { ...each, name: 'Shift {h}' } : each)),
    }))
    const { files, leftOut } = workspace({ ...project, contracts }, PLACES, 'UTC')
    expect(leftOut.map(({ source }) => source)).toEqual(['agents', 'customers', 'products', 'stores'])
    expect([...files.keys()].filter((path) => /agents|customers|products|stores/.test(path))).toEqual([])
    const { activities } = jsonAt(files, 'pipeline/c360_load.json').properties
    const sales = activities.find(({ name }: Json) => name === 'in_store_transactions')
    expect(sales.dependsOn).toEqual([])
  })

  test('is said of each source in plain words', async () => {
    const project = await contractsOf()
    const said = (change: (contract: Contract) => Contract, source: string) =>
      workspace({ ...project, contracts: project.contracts.map(change) }, PLACES, 'UTC')
        .limits.filter((limit) => limit.source === source)
        .map(({ text }) => text)
        .join('\n')
    expect(said((one) => one, 'in_store_transactions')).not.toContain('order')
    expect(said((one) => one, 'customers')).toMatch(/no `order`[\s\S]*/)
    expect(said((one) => ({ ...one, load: 'full' }), 'stores')).toContain('not deleted')
    expect(said((one) => ({ ...one, load: 'append', key: [] }), 'stores')).toContain('has no key')
  })

  test('is not a wildcard: braces and sets mean the same there as in a glob', () => {
    expect(['a{b}.csv', 'x[!0-9]*.csv', '**/y?.csv.gz', 'half[.csv'].map(wildcard)).toEqual([
      'a[{]b[}].csv',
      'x[^0-9]*.csv',
      '**/y?.csv.gz',
      'half[[].csv',
    ])
  })
})
