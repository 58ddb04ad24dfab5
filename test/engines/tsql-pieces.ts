import { Dialect, parse } from '@polyglot-sql/sdk'

/**
 * Statements of a batch that another parser can judge: it knows neither IF and blocks, nor calls of procedures, nor GRANT upon
 * a schema, nor hints of INSERT. Those are taken apart here, into the conditions and statements within, and what is left of them must be of just this form.
 */
export function pieces(batch: string): string[] {
  const sql = batch.trim().replace(/;$/, '').trim()
  const guarded =
    /^if ((?:not )?(?:exists \([\s\S]+?\)|\S+\([^)]*\)(?: is null)?))\s*(begin\n[\s\S]*\nend|(?:exec|create|alter|insert|update|delete|drop)\b[\s\S]*)$/.exec(
      sql,
    )
  if (guarded?.[1] !== undefined && guarded[2] !== undefined)
    return [`select 1 where ${guarded[1]}`, ...pieces(guarded[2])]
  const block = /^begin\n([\s\S]*)\nend$/.exec(sql)?.[1]
  if (block !== undefined) return block.split(/;\n|;$/).flatMap(pieces)
  const said = /^exec\((N'[\s\S]*')\)$/.exec(sql)?.[1]
  if (said !== undefined) return pieces(said.slice(2, -1).replaceAll("''", "'"))
  if (/^declare @/.test(sql) && sql.includes(';\n')) return sql.split(';\n').flatMap(pieces)
  const declared = /^declare @\w+ nvarchar\(max\) = \(?((?:select|concat)[\s\S]*?)\)?$/.exec(sql)?.[1]
  if (declared?.startsWith('select')) return [declared]
  if (PROCEDURES.some((form) => form.test(sql)) || sql === '') return []
  return [sql.replace(/^(insert into \S+) with \(tablock\)/, '$1')]
}

const PROCEDURES = [
  /^exec sys\.sp_addextendedproperty( @\w+ = N'[^']+',?)+$/,
  /^if @\w+ is not null exec sys\.sp_executesql @\w+$/,
  /^exec sys\.sp_executesql @\w+$/,
  /^declare @statement nvarchar\(max\) = concat\(N'[^']*', @columns, N'\)'\)$/,
  /^grant [a-z, ]+( on (schema|object)::\[\w+\](\.\[\w+\])?)? to \[c360_(writer|reader)\]$/,
  /^set xact_abort on$/,
  /^create (role|schema) \[\w+\]$/,
]

/** What the parser does not read as T-SQL. */
export const unreadable = (batches: readonly string[]): string[] =>
  batches.flatMap(pieces).flatMap((sql) => {
    const { success, error } = parse(sql, Dialect.TSQL)
    return success ? [] : [`${error}: ${sql}`]
  })
