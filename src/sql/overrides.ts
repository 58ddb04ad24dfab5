import type { Problem } from '../errors.ts'

/** Engines whose SQL may be written by hand for one model: `models/<model>.<engine>.sql`. */
export const OVERRIDE_ENGINES = ['spark', 'databricks', 'snowflake', 'azure_sql'] as const
export type OverrideEngine = (typeof OVERRIDE_ENGINES)[number]

/** A file of `models/`; `name` is the file's name without `.sql`. */
interface File {
  readonly name: string
  readonly file: string
  readonly text: string
}

/** What a file of `models/` overrides, or undefined if it is a model itself. */
export function overridden(name: string): { model: string; engine: OverrideEngine } | undefined {
  const [model = '', word, ...more] = name.split('.')
  const engine = OVERRIDE_ENGINES.find((known) => known === word)
  return model !== '' && engine !== undefined && more.length === 0 ? { model, engine } : undefined
}

/**
 * The file that is used for a model instead of printing it, or undefined. Databricks takes Spark's where it has none of
 * its own. Front matter, and with it the certificate, is always the model's.
 */
export function overrideFor<T extends File>(
  files: readonly T[],
  model: string,
  engine: OverrideEngine,
): T | undefined {
  const named = (wanted: OverrideEngine): T | undefined =>
    files.find(({ name }) => {
      const over = overridden(name)
      return over?.model.toLowerCase() === model.toLowerCase() && over.engine === wanted
    })
  return named(engine) ?? (engine === 'databricks' ? named('spark') : undefined)
}

const PLACE = /\{\{\s*(?:(\w+)\.)?(\w+)\s*\}\}/g

/** The SQL of an override: `{{conformed.customers}}` and `{{dim_customers}}` become the names of the target's tables. */
export function overrideSql({ text }: File, table: (name: string, schema?: string) => string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(/[\s;]+$/, '')
    .replaceAll(PLACE, (_, schema: string | undefined, name: string) => table(name, schema))
}

/** Overrides of models that are not there, and those that bring front matter of their own. */
export function overrideProblems(files: readonly File[], models: readonly string[]): Problem[] {
  const known = new Set(models.map((name) => name.toLowerCase()))
  return files.flatMap(({ name, file, text }): Problem[] => {
    const over = overridden(name)
    if (!over) return []
    const found: Problem[] = []
    if (!known.has(over.model.toLowerCase()))
      found.push({
        code: 'override',
        message: `there is no model \`${over.model}\` to be written differently for ${over.engine}`,
        hint: 'an override stands beside its model: models/<model>.sql and models/<model>.<engine>.sql',
        file,
        line: 1,
      })
    if (/^\s*\/\*/.test(text))
      found.push({
        code: 'override',
        message: 'an override has no front matter',
        hint: `description, grain and checks are those of ${over.model}; write comments with --`,
        file,
        line: 1,
      })
    return found
  })
}
