import type { Setting } from '../project/types.ts'

/** Stand in a parameter for what nobody told. */
export const BLANKS = {
  azureSqlServer: 'SERVER.database.windows.net',
  database: 'DATABASE',
  snowflakeServer: 'ACCOUNT.snowflakecomputing.com',
  warehouse: 'WAREHOUSE',
  databricksServer: 'WORKSPACE.azuredatabricks.net',
  httpPath: '/sql/1.0/warehouses/ID',
  lake: 'https://ACCOUNT.dfs.core.windows.net/CONTAINER/lake/gold',
} as const

/** What only a reference tells, or nobody, is a parameter to be filled in. */
export const known = (setting: Setting | undefined, otherwise: string): string =>
  typeof setting === 'string' ? setting : otherwise
