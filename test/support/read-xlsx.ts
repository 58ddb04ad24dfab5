import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** A cell as openpyxl gives it; times as `2024-03-05 14:22:31.000`. */
export type ReadCell =
  | null
  | string
  | number
  | boolean
  | { readonly time: string; readonly format: string }
  | { readonly error: string }

export type ReadSheets = Readonly<Record<string, readonly (readonly ReadCell[])[]>>

/** The sheets of workbooks, read by openpyxl, by path. `python` is what `pythonWith` gives. */
export async function readXlsx(python: string, paths: readonly string[]): Promise<Map<string, ReadSheets>> {
  const script = join(import.meta.dirname, 'read_xlsx.py')
  const child = spawn(python, [script, ...paths], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const books = new Map<string, ReadSheets>()
  for await (const line of createInterface({ input: child.stdout })) {
    const { path, sheets } = JSON.parse(line)
    books.set(path, sheets)
  }
  const code = await ended
  if (code !== 0) throw new Error(`openpyxl ended with ${code}`)
  return books
}
