import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import type { z } from 'zod'
import { C360Error, fromSystemError } from '../../errors.ts'

/** Name of a file without `.yaml`: nothing that could be a path. */
export const NAME = /^[a-z0-9][a-z0-9-]{0,60}$/

/** Small YAML files in a folder of the project, one thing each: people read them, and git shows what changed. */
export class NamedFiles<T extends { readonly name: string }> {
  private readonly folder: string
  private readonly schema: z.ZodType<T>

  constructor(folder: string, schema: z.ZodType<T>) {
    this.folder = folder
    this.schema = schema
  }

  /** By name. Files somebody wrote that are not of this kind are left out and counted. */
  async list(): Promise<{ readonly items: T[]; readonly unreadable: number }> {
    const names = (await readdir(this.folder).catch(() => []))
      .filter((file) => file.endsWith('.yaml') && NAME.test(file.slice(0, -'.yaml'.length)))
      .sort()
    const read = await Promise.all(names.map((file) => this.read(file.slice(0, -'.yaml'.length))))
    const items = read.filter((item) => item !== undefined)
    return { items, unreadable: names.length - items.length }
  }

  /** NOT_FOUND when it is not there or not of this kind. */
  async one(name: string): Promise<T> {
    const found = NAME.test(name) ? await this.read(name) : undefined
    if (found) return found
    throw new C360Error('NOT_FOUND', 'There is nothing by that name.')
  }

  /** Replaces the file in one step. */
  async write(item: T): Promise<void> {
    const path = this.path(item.name)
    const { name: _, ...rest } = item
    const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`
    try {
      await mkdir(this.folder, { recursive: true })
      await writeFile(temporary, stringify(rest, { lineWidth: 0 }))
      await rename(temporary, path)
    } catch (error) {
      await rm(temporary, { force: true })
      throw fromSystemError(error, 'writing a file of the project')
    }
  }

  async remove(name: string): Promise<void> {
    await this.one(name)
    await rm(this.path(name))
  }

  private path(name: string): string {
    if (!NAME.test(name))
      throw new C360Error('USAGE', 'This cannot be a name.', { hint: 'Small letters, digits and hyphens.' })
    return join(this.folder, `${name}.yaml`)
  }

  private async read(name: string): Promise<T | undefined> {
    try {
      const value = parse(await readFile(this.path(name), 'utf8'), { maxAliasCount: 0 }) as object
      const parsed = this.schema.safeParse({ ...value, name })
      return parsed.success ? parsed.data : undefined
    } catch {
      return undefined
    }
  }
}
