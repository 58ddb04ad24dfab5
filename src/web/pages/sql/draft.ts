/** Statements of this visit. They may hold personal values, so they live in memory only: not in the address, not in storage. */
let draft = ''
let asked: readonly string[] = []
const most = 20

export const statements = {
  draft: (): string => draft,
  keep: (sql: string): void => {
    draft = sql
  },
  asked: (): readonly string[] => asked,
  remember: (sql: string): void => {
    asked = [sql, ...asked.filter((one) => one !== sql)].slice(0, most)
  },
}
