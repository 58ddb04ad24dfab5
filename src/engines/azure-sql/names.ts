import { text } from './sql-casts.ts'

export const ident = (name: string): string => `[${name.replaceAll(']', ']]')}]`

export const literal = text

/** A text for a procedure of the system or a batch of its own: Unicode, of any length. */
export const unicode = (value: string): string => `N'${value.replaceAll("'", "''")}'`

export const named = (schema: string, name: string): string => `${ident(schema)}.${ident(name)}`
