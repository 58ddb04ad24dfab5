import { beforeAll, describe, expect, test } from 'vitest'
import type { Workspace } from '../../src/synapse/workspace.ts'
import { faultsIn } from './official.ts'
import { type Example, examples, exampleWorkspaces, type Json, jsonAt, jsonFiles } from './support.ts'

let made: ReadonlyMap<Example, Workspace>
beforeAll(async () => {
  made = await exampleWorkspaces()
})
const filesOf = (name: Example): ReadonlyMap<string, string> => made.get(name)?.files ?? new Map()
const retail = () => filesOf('retail')

describe('the official types', () => {
  test.each(examples)('have nothing against what is written for %s', (name) => {
    const files = jsonFiles(filesOf(name))
    expect(files.length).toBeGreaterThan(15)
    expect(files.flatMap(([path, json]) => faultsIn(path, json))).toEqual([])
  })

  /** A file of the workspace with a mistake in it. */
  const spoiled = (path: string, spoil: (json: Json) => void): string[] => {
    const json = jsonAt(retail(), path)
    spoil(json)
    return faultsIn(path, json)
  }
  const FLOW = 'dataflow/load_customers.json'
  const DATASET = 'dataset/files_customers.json'
  const SQL = 'linkedService/c360_sql.json'
  const PIPELINE = 'pipeline/c360_load.json'
  const TRIGGER = 'trigger/c360_daily.json'
  const mistakes: readonly (readonly [string, string, (json: Json) => void, RegExp])[] = [
    ['an unknown property', FLOW, (j) => (j.properties.typeProperties.scripts = []), /has no scripts/],
    [
      'a property where it does not belong',
      FLOW,
      (j) => (j.properties.scriptLines = []),
      /has no scriptLines/,
    ],
    ['a type that is none', FLOW, (j) => (j.properties.type = 'DataFlow'), /is of this type/],
    [
      'a source without a name',
      FLOW,
      (j) => delete j.properties.typeProperties.sources[0].name,
      /name is missing/,
    ],
    ['lines that are no texts', FLOW, (j) => (j.properties.typeProperties.scriptLines = [1]), /no text/],
    [
      'an unknown setting of a format',
      DATASET,
      (j) => (j.properties.typeProperties.quote = '"'),
      /has no quote/,
    ],
    [
      'a dataset without its service',
      DATASET,
      (j) => delete j.properties.linkedServiceName,
      /linkedServiceName is/,
    ],
    [
      'a reference of another kind',
      DATASET,
      (j) => (j.properties.linkedServiceName.type = 'Service'),
      /no such word/,
    ],
    [
      'a parameter of no type',
      DATASET,
      (j) => (j.properties.parameters.container.type = 'text'),
      /no such word/,
    ],
    [
      'a location of another store',
      DATASET,
      (j) => (j.properties.typeProperties.location.type = 'Disk'),
      /is of this/,
    ],
    [
      'a password without its vault',
      SQL,
      (j) => delete j.properties.typeProperties.password.store,
      /store is missing/,
    ],
    [
      'no connection',
      SQL,
      (j) => delete j.properties.typeProperties.connectionString,
      /connectionString is missing/,
    ],
    [
      'an activity that waits for no word',
      PIPELINE,
      (j) => (j.properties.activities.at(-1).dependsOn[0].dependencyConditions = ['Done']),
      /Done is no such word/,
    ],
    [
      'an activity without its flow',
      PIPELINE,
      (j) => delete j.properties.activities[0].typeProperties.dataflow,
      /dataflow is missing/,
    ],
    [
      'an unknown setting of an activity',
      PIPELINE,
      (j) => (j.properties.activities[0].typeProperties.cores = 8),
      /has no cores/,
    ],
    ['a number that is a text', PIPELINE, (j) => (j.properties.concurrency = '1'), /no number/],
    [
      'a frequency that is none',
      TRIGGER,
      (j) => (j.properties.typeProperties.recurrence.frequency = 'Daily'),
      /Daily is no such word/,
    ],
    [
      'a start that is no time',
      TRIGGER,
      (j) => (j.properties.typeProperties.recurrence.startTime = 'five'),
      /no time/,
    ],
    ['a name with a dot', TRIGGER, (j) => (j.name = 'c360.daily'), /no name/],
  ]
  test.each(mistakes)('notice %s', (_, path, spoil, message) => {
    expect(spoiled(path, spoil).join('\n')).toMatch(message)
  })
})
