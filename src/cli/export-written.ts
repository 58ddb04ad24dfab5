import { errorTable } from '../errors.ts'
import { type Context, toJson } from './command.ts'
import { type Conflict, diffLines, type Written } from './export-files.ts'

/** Says what the export would have overwritten, as nothing was written; gives the exit code. */
export function refuse(context: Context, out: string, { conflicts }: Written): number {
  if (context.json) context.print(toJson({ out, conflicts: conflicts.map(({ path }) => path) }))
  else
    context.print(
      [
        ...conflicts.flatMap(conflictLines),
        '',
        `${conflicts.length === 1 ? 'One file was' : `${conflicts.length} files were`} edited in ${out}, and the export has something new for ${conflicts.length === 1 ? 'it' : 'them'}: nothing was written.`,
        'Export into another folder and take over what you want, or add --force to lose the edits (- lines).',
      ].join('\n'),
    )
  return errorTable.NOT_CERTIFIED.exit
}

function conflictLines({ path, theirs, ours }: Conflict): readonly string[] {
  if (theirs === undefined) return [`${path}: removed by you, and the export has a new one`]
  if (ours === undefined) return [`${path}: edited by you, and the export has it no more`]
  return [path, ...diffLines(theirs, ours).map((line) => `  ${line}`)]
}

/** What became of the files of an export, for people. */
export const writtenLines = ({ created, changed, removed, unchanged, kept }: Written): readonly string[] => [
  `${created.length} files created, ${changed.length} changed, ${removed.length} removed, ${unchanged} as they were`,
  ...kept.map((path) => `  edited by you, left as it is: ${path}`),
]
