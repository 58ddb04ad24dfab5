import type { GoldModel } from '../model/gold-model.ts'
import { one, rowsBehind, rowsOf } from './behind.ts'
import type { FigureExplained, PartExplained, RowsExplained, RowsInput } from './explained.ts'
import { type FigurePlan, type Part, planFigure, SELECTED, selectRows } from './figure.ts'
import { lostRows } from './lost.ts'
import { originsOf } from './origin.ts'
import { shownColumns } from './shown.ts'

/**
 * The rows of the files behind the rows of a model. `session` is on the published version; `where` has been checked.
 * With `column` only the figures of that measure. SQL_FAILED carries the engine's words.
 */
export async function explainRows(
  input: RowsInput,
  model: GoldModel,
  where: string | undefined,
  column: string | undefined,
): Promise<RowsExplained> {
  const { session, catalog, printer } = input
  await session.execute(["set search_path = 'gold,main'", selectRows(model, where)])
  const wanted = model.reconciles.filter(
    ({ measure }) => column === undefined || measure?.toLowerCase() === column.toLowerCase(),
  )
  const figures: FigureExplained[] = []
  const unexplained: string[] = []
  for (const [index, reconciliation] of wanted.entries()) {
    const plan = await planFigure({ catalog, printer, model, index }, reconciliation)
    if (!plan) unexplained.push(reconciliation.label)
    else figures.push(...(await explainFigure(input, model, plan)))
  }
  const measured = new Set(
    model.reconciles.flatMap(({ measure }) => (measure === undefined ? [] : [measure])),
  )
  return {
    model: model.name,
    ...(where === undefined ? {} : { where }),
    rows: await rowsOf(
      input,
      SELECTED,
      model.name.toLowerCase(),
      model.columns.map(({ name }) => name),
      model.grain,
    ),
    figures,
    unexplained,
    onlyLineage: model.columns
      .map(({ name }) => name)
      .filter((name) => !measured.has(name) && !model.grain.includes(name))
      .filter((name) => column === undefined || name.toLowerCase() === column.toLowerCase()),
  }
}

/** Nothing for a figure whose own condition none of the rows fulfils. */
async function explainFigure(
  input: RowsInput,
  model: GoldModel,
  { figure, parts, reconciliation }: FigurePlan,
): Promise<FigureExplained[]> {
  const { session } = input
  const { value, n } = await one(session, `select cast(value as varchar) as value, n from (${figure})`)
  if (Number(n) === 0) return []
  const explained: PartExplained[] = []
  for (const part of parts) explained.push(await explainPart(input, model, part))
  const total = explained.map((part) => `cast('${part.value}' as decimal(38,6))`).join(' + ')
  const { sum, agrees } = await one(
    session,
    `select cast(${total} as varchar) as sum, cast('${value}' as decimal(38,6)) = ${total} as agrees`,
  )
  const text = parts.length === 1 ? (explained[0]?.value ?? '') : String(sum).replace(/\.?0+$/, '')
  return [
    {
      label: reconciliation.label,
      figure: String(value),
      sum: text,
      agrees: agrees === true,
      parts: explained,
    },
  ]
}

async function explainPart(input: RowsInput, model: GoldModel, part: Part): Promise<PartExplained> {
  const { session } = input
  const { target, terms, conditions } = part.population
  await session.execute(part.statements)
  const values: string[] = []
  for (const sql of part.values)
    values.push(String((await one(session, `select cast(value as varchar) as value from (${sql})`)).value))
  const value =
    values.length === 1
      ? (values[0] ?? '0')
      : String((await one(session, `select cast(${values.join(' + ')} as varchar) as value`)).value)
  const origins = originsOf(input, target)
  const columns = await shownColumns(input.catalog, part.population)
  const behind = (table: string, breaks: readonly string[]) =>
    rowsBehind(input, part, origins, table, columns, breaks)
  return {
    relation: target.path,
    terms: terms.map(termText),
    value,
    counted: await behind(part.counted, []),
    leftOut: await behind(part.leftOut, conditions),
    ...(await lostRows(input, model, part, origins)),
  }
}

const termText = ({
  aggregate,
  expressions,
  relations,
  where,
}: Part['population']['terms'][number]): string =>
  `${aggregate}(${relations[0]?.name}${expressions.length > 0 ? `.${expressions.join(', ')}` : ''})${where === undefined ? '' : ` where ${where}`}`
