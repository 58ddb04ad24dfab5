import type { Problem } from '../errors.ts'
import type { ModelFile } from '../project/types.ts'
import { didYouMean } from '../project/words.ts'
import { parseExpression, parseQuery } from '../sql/parse.ts'
import { notPortable } from '../sql/portable.ts'
import { outputColumns, tablesRead } from '../sql/reads.ts'
import { type SqlNode, walk } from '../sql/walk.ts'
import { type FrontMatter, type Report, readFrontMatter } from './front-matter.ts'
import type { GoldModel } from './gold-model.ts'

/** A model's text, compiled: the model unless there is an error, and every problem found. */
export interface Compiled {
  readonly model?: GoldModel
  readonly problems: readonly Problem[]
}

/** Reads one model file: front matter, SELECT, the portable subset, and that both fit together. */
export async function compileModel({ name, file, text }: ModelFile): Promise<Compiled> {
  const problems: Problem[] = []
  const report: Report = (problem) => problems.push({ ...problem, file })
  const model = await readModel(name, file, text.replaceAll('\r\n', '\n'), report)
  const failed = problems.some(({ severity }) => severity !== 'warn')
  return {
    ...(model && !failed ? { model } : {}),
    problems: problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)),
  }
}

async function readModel(
  name: string,
  file: string,
  text: string,
  report: Report,
): Promise<GoldModel | undefined> {
  const parts = splitFile(text)
  if (!parts) {
    const hint = 'begin the file with /* .. */ holding description, grain and reconciles'
    report({ code: 'model_front_matter', message: 'the model has no front matter', hint, line: 1 })
    return undefined
  }
  const front = readFrontMatter(parts.yaml, parts.yamlLine, report)
  const query = await readQuery(parts.sql, parts.sqlLine, report)
  if (!front || !query) return undefined
  await checkExpressions(front, report)
  const { description, grain, reconciles, checks, rules } = front
  const columns = describe(outputNames(query, parts.sqlLine, report), front, report)
  const reads = tablesRead(query).map((read) => ({ ...read, line: read.line + parts.sqlLine - 1 }))
  return {
    name,
    file,
    sql: parts.sql,
    sqlLine: parts.sqlLine,
    description,
    grain,
    reconciles,
    columns,
    checks,
    rules,
    reads,
  }
}

const linesIn = (text: string): number => text.split('\n').length - 1

/** The YAML begins after the first line of the comment, which is free. */
function splitFile(text: string) {
  const [whole, head = '', yaml = ''] = /^(\s*\/\*[^\n]*\n)(.*?)\*\/\s*/s.exec(text) ?? []
  if (whole === undefined) return undefined
  const sql = text.slice(whole.length).replace(/[\s;]+$/, '')
  return { yaml, yamlLine: linesIn(head) + 1, sql, sqlLine: linesIn(whole) + 1 }
}

async function readQuery(sql: string, sqlLine: number, report: Report): Promise<SqlNode | undefined> {
  const parsed = await parseQuery(sql)
  if (!parsed.ok) {
    report({ code: 'model_sql', message: parsed.message, line: parsed.line + sqlLine - 1 })
    return undefined
  }
  for (const { line, ...found } of notPortable(parsed.query)) {
    report({ code: 'model_not_portable', ...found, line: line + sqlLine - 1 })
  }
  return parsed.query
}

function outputNames(query: SqlNode, line: number, report: Report): string[] {
  const names = outputColumns(query)
  names.forEach((name, index) => {
    if (name === undefined || name === '*') {
      const hint = 'write `as name`, and every column instead of `*`'
      report({ code: 'model_columns', message: `column ${index + 1} of the result has no name`, hint, line })
    } else if (names.indexOf(name) < index)
      report({ code: 'model_columns', message: `the result has two columns \`${name}\``, line })
  })
  return names.filter((name) => name !== undefined)
}

/** Joins result columns with their descriptions; names in the front matter that the result lacks are errors. */
function describe(names: readonly string[], front: FrontMatter, report: Report): GoldModel['columns'] {
  const lacking = (what: string, name: string, line: number) => {
    if (names.includes(name)) return
    const hint = didYouMean(name, names)
    report({
      code: 'model_columns',
      message: `${what} \`${name}\` is not a column of the result`,
      line,
      ...(hint ? { hint } : {}),
    })
  }
  for (const name of front.grain) lacking('the grain', name, front.grainLine)
  for (const [name, { line }] of front.columns) lacking('the described', name, line)
  for (const { measure, line } of front.reconciles)
    if (measure !== undefined) lacking('the measure', measure, line)
  const bare = names.filter((name) => !front.columns.get(name)?.description)
  if (bare.length > 0) {
    const message = `no description for ${bare.map((name) => `\`${name}\``).join(', ')}`
    report({
      code: 'model_columns',
      message,
      hint: 'add them under `columns:`',
      line: front.grainLine,
      severity: 'warn',
    })
  }
  return names.map((name) => ({ name, description: front.columns.get(name)?.description ?? '' }))
}

/** Predicates and expressions of the front matter are portable SQL too, over one row at a time. */
async function checkExpressions(front: FrontMatter, report: Report): Promise<void> {
  const expressions = [
    ...front.reconciles.flatMap(({ where, terms, line }) =>
      [where, ...terms.flatMap((term) => [term.where, ...term.expressions])].map((sql) => ({ sql, line })),
    ),
    ...front.checks.map(({ expect, line }) => ({ sql: expect, line })),
  ]
  for (const { sql, line } of expressions) {
    if (sql !== undefined) for (const problem of await expressionProblems(sql)) report({ ...problem, line })
  }
}

const OVER_ROWS: ReadonlySet<string> = new Set(['select', 'sum', 'count', 'min', 'max', 'window_function'])

async function expressionProblems(sql: string) {
  const parsed = await parseExpression(sql)
  if (!parsed.ok) return [{ code: 'model_sql', message: `cannot read \`${sql}\`: ${parsed.message}` }]
  const found: { code: string; message: string; hint?: string }[] = notPortable(parsed.query).map(
    ({ line: _, ...rest }) => ({
      code: 'model_not_portable',
      ...rest,
    }),
  )
  walk({ [parsed.query.kind]: parsed.query.fields }, ({ kind }) => {
    if (OVER_ROWS.has(kind))
      found.push({
        code: 'model_sql',
        message: `\`${sql}\` must look at one row: no ${kind.replaceAll('_', ' ')} in it`,
      })
  })
  return found
}
