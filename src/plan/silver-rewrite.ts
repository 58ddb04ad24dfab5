import { foldFullLoads } from './full-load.ts'
import {
  candidatesFrom,
  contestSelect,
  fates,
  forgotten,
  inactiveFates,
  loserFates,
  noteBad,
  STAGE,
  silverColumns,
  silverTable,
  stage,
} from './silver.ts'
import type { SourceContext } from './source-context.ts'
import { bronzeRows } from './stage.ts'

/**
 * The whole source from bronze, for engines in which changing a table costs as much as making it: every row is judged in a table
 * of scratch, and silver is written once.
 */
export function rewriteStatements(context: SourceContext): string[] {
  const { d, contract, bronze, deliveries } = context
  const [staged, table] = [d.table('work', STAGE), silverTable(context)]
  const from = bronzeRows(d, contract.source, bronze, deliveries.active)
  const full = contract.load === 'full' ? foldFullLoads(context, staged, table) : undefined
  return [
    ...forgotten(context),
    ...d.workTable(STAGE, stage(context, from)),
    ...(full?.before ?? []),
    ...noteBad(context, staged),
    ...noteLosers(context, staged),
    ...d.tableAs(table, kept(context, staged)),
    ...(full?.after ?? []),
    ...inactiveFates(context),
    d.dropWorkTable(STAGE),
  ]
}

function noteLosers(context: SourceContext, staged: string): string[] {
  if (context.contract.key.length === 0) return []
  const candidates = candidatesFrom(context, staged, true, ' where _reasons is null')
  return [loserFates(context, `(${contestSelect(context, `(${candidates})`)}) c`)]
}

/** Rows without reasons, but for those whose fate is already told. */
function kept(context: SourceContext, staged: string): string {
  const { d, contract } = context
  const good = `select ${silverColumns(context).join(', ')} from ${staged} s where _reasons is null`
  if (contract.key.length === 0) return good
  const lost = `f.source = ${d.literal(contract.source)} and f.fate = 'superseded' and f._delivery = s._delivery and f._row_number = s._row_number`
  return `${good} and not exists (select 1 from ${fates(d)} f where ${lost})`
}
