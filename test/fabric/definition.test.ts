import { expect, test } from 'vitest'
import { bindingsOf } from '../../src/fabric/connections.ts'
import { isDirectQuery, parametersIn, withParameters } from '../../src/fabric/definition.ts'

const EXPRESSIONS = 'definition/expressions.tmdl'
const model = (text: string) => new Map([[EXPRESSIONS, Buffer.from(text)]])

test('values of parameters are read and written as M has them; other expressions stay', () => {
  const text = [
    'expression \'My server\' = "a""b#(lf)c" meta [IsParameterQuery=true, Type="Text", IsParameterQueryRequired=true]',
    '\tlineageTag: 1',
    'expression Rows = 100 meta [IsParameterQuery=true, Type="Number"]',
    'expression Shared = "no parameter"',
    '',
  ].join('\n')
  expect(parametersIn(model(text))).toEqual([
    { name: 'My server', value: 'a"b\nc', isText: true },
    { name: 'Rows', value: '100', isText: false },
  ])
  const values = new Map([
    ['My server', 'say "$&" #(x)'],
    ['Rows', '7'],
    ['Shared', 'x'],
  ])
  const after = withParameters(model(text), values)
  expect(after.get(EXPRESSIONS)?.toString()).toBe(
    text.replace('"a""b#(lf)c"', () => '"say ""$&"" #(#)(x)"').replace('= 100', '= 7'),
  )
  expect(parametersIn(after)[0]?.value).toBe('say "$&" #(x)')
})

test('a model is asked live when all of it is', () => {
  const table = (mode: string) => Buffer.from(`table T\n\n\tpartition T = m\n\t\tmode: ${mode}\n`)
  const of = (...modes: string[]) =>
    isDirectQuery(new Map(modes.map((mode, n) => [`definition/tables/${n}.tmdl`, table(mode)])))
  expect([of('directQuery', 'directQuery'), of('directQuery', 'import'), of('import'), of()]).toEqual([
    true,
    false,
    false,
    false,
  ])
})

test('a source is bound to the connection of its place, of a place around it, or the only one of its type', () => {
  const source = (path: string, type = 'AzureDataLakeStorage') => ({
    connectivityType: 'None',
    connectionDetails: { type, path },
  })
  const connection = (id: string, path: string, type = 'AzureDataLakeStorage') => ({
    id,
    connectivityType: 'ShareableCloud',
    connectionDetails: { type, path },
  })
  const sources = [
    source('https://a.dfs.core.windows.net/lake/gold/x'),
    source('https://b.dfs.core.windows.net/lake'),
    source('S;d', 'SQL'),
  ]
  const lake = connection('1', 'https://A.dfs.core.windows.net/lake/')
  const other = connection('2', 'https://b.dfs.core.windows.net/lake')
  const sql = connection('3', 'other;d', 'SQL')
  expect(bindingsOf(sources, [lake, other, sql]).map(({ connection: { id } }) => id)).toEqual(['1', '2', '3'])
  expect(bindingsOf([source('https://c/lake')], [connection('4', 'https://d/lake')])).toHaveLength(1)
  expect(() => bindingsOf([source('https://c/lake')], [lake, other])).toThrow('The connection 1 reaches')
})
