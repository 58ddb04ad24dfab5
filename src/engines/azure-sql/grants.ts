import { ident, unicode } from './names.ts'

const WRITER = 'c360_writer'
const READER = 'c360_reader'

const role = (name: string): string =>
  `if database_principal_id(${unicode(name)}) is null exec(${unicode(`create role ${ident(name)}`)})`

/** What a run does in its schemas; ALTER is what making and dropping tables there takes. */
const WORK = 'alter, select, insert, update, delete, references, view definition'

/**
 * Two roles with the least rights: one for runs, which makes tables and views in these schemas alone, and one that reads what is
 * published. The statements may be run again; users are added to a role by `alter role .. add member ..`.
 */
export const grantStatements = (schemas: readonly string[], shown: string, versions: string): string[] => [
  role(WRITER),
  `grant create table, create view to ${ident(WRITER)}`,
  ...[...schemas, shown].map((schema) => `grant ${WORK} on schema::${ident(schema)} to ${ident(WRITER)}`),
  role(READER),
  `grant select, view definition on schema::${ident(shown)} to ${ident(READER)}`,
  `grant select on object::${versions} to ${ident(READER)}`,
]
