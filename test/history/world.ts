import type { LabFiles } from '../support/lab.ts'
import type { Random } from '../support/random.ts'

/** How many files of a kind there may be at once. */
export const SLOTS = 4

/** Few good values, so that keys meet again; odd ones are NULL, untidy or wrong. */
export interface Values {
  readonly good: readonly string[]
  readonly odd: readonly string[]
}

export const values = (good: string, ...odd: readonly string[]): Values => ({ good: good.split(', '), odd })

/** A source: its contract in several versions, and the texts its cells and their corrections have. */
export interface WorldSource {
  /** The first is what a sequence begins with. */
  readonly contracts: readonly string[]
  readonly columns: Readonly<Record<string, Values>>
}

/** Files of one shape, and the sources that read them: a workbook may feed several. */
export interface FileKind {
  readonly sources: readonly string[]
  /** The landing file of a slot. */
  path(slot: number): string
  /** A content, as a text that `bytes` makes the file of. */
  draw(random: Random): string
  /** The same text gives the same bytes. */
  bytes(text: string): Promise<Uint8Array> | string
}

/** Out of a hundred operations, how many are of each sort. */
export interface Weights {
  readonly write: number
  readonly move: number
  readonly return: number
  readonly file: number
  readonly contract: number
  readonly config: number
  readonly edit: number
  readonly dismiss: number
  readonly reopen: number
  readonly rollback: number
  readonly unpin: number
}

/** What random histories are about: sources, the files they read, and the project around them. */
export interface World {
  readonly sources: Readonly<Record<string, WorldSource>>
  readonly kinds: Readonly<Record<string, FileKind>>
  /** Kinds that have to do with each other: a sequence is about one family. */
  readonly families: readonly (readonly string[])[]
  /** The first is what a sequence begins with. */
  readonly configs: readonly string[]
  readonly weights: Weights
  /** Chance that a kind has no file before the first run: children come before their parents then. */
  readonly late: number
  /** The project over the given kinds of files, before anything has happened. */
  project(kinds: readonly string[]): LabFiles
}
