import { C360Error } from '../errors.ts'
import type { AzureSqlTarget, Project } from '../project/types.ts'
import { type Context, text } from './command.ts'

/** The target in Azure SQL that is named, or the only one there is. NOT_FOUND for a name that is none. */
export function azureSqlTarget(context: Context, { targets }: Project): AzureSqlTarget | undefined {
  const name = text(context, 'target')
  const named = name === undefined ? undefined : targets[name]
  if (name !== undefined && named?.engine !== 'azure_sql')
    throw new C360Error('NOT_FOUND', `There is no target \`${name}\` in Azure SQL in c360.yaml.`, {
      hint: 'Leave --target out for the usual names.',
    })
  if (named?.engine === 'azure_sql') return named
  const [only, ...more] = Object.values(targets).filter((target) => target.engine === 'azure_sql')
  return more.length === 0 ? only : undefined
}
