import type { Contract } from '../project/types.ts'
import type { Reading } from './flow/script.ts'

/** The streams of a source by how its files are packed: a dataset says one way. */
export interface FilesRead extends Reading {
  readonly packed: boolean
}

const isPacked = (glob: string): boolean => /\.gz$/i.test(glob)

export function readingsOf({ files }: Contract): readonly FilesRead[] {
  const readings = [
    { stream: 'Files', packed: false, globs: files.filter((glob) => !isPacked(glob)) },
    { stream: 'PackedFiles', packed: true, globs: files.filter(isPacked) },
  ]
  return readings
    .filter(({ globs }) => globs.length > 0)
    .map(({ globs, ...reading }) => ({ ...reading, globs: globs.map(wildcard) }))
}

/** A glob as Hadoop's file systems have it: braces are alternatives there, and a set is turned round by `^`. */
export const wildcard = (glob: string): string =>
  glob
    .replaceAll(/[{}]/g, '[$&]')
    .replaceAll('[!', '[^')
    .replaceAll(/\[(?![^\]]+\])/g, '[[]')
