import { isAbsolute, relative, resolve, sep } from 'node:path'
import { C360Error } from '../errors.ts'
import { snakeCase } from '../project/words.ts'
import { type ConfigInput, configText, contractText } from './contract-text.ts'
import type { Draft } from './draft-types.ts'

/** A file of the new project: path relative to it. */
export interface ProjectFile {
  readonly path: string
  readonly text: string
}

/** The text of every file of a drafted project. */
export function projectFiles(draft: Draft, config: ConfigInput): ProjectFile[] {
  return [
    { path: 'c360.yaml', text: configText(draft, config) },
    ...draft.contracts.map((contract) => ({
      path: `contracts/${contract.source}.yaml`,
      text: contractText(contract),
    })),
  ]
}

const within = (inner: string, outer: string): boolean => {
  const way = relative(outer, inner)
  return way === '' || (!way.startsWith(`..${sep}`) && way !== '..' && !isAbsolute(way))
}

/**
 * How c360.yaml names the folder with the files: relative when it lies in the project, else absolute; the files stay
 * where they are. USAGE when project and files would lie within each other the wrong way round.
 */
export function landingFor(project: string, from: string): string {
  const [root, files] = [resolve(project), resolve(from)]
  if (within(root, files))
    throw new C360Error('USAGE', `The project would lie in the folder it reads its files from (${files}).`, {
      hint: 'Name another folder for the project, or move the files into its folder `landing`.',
    })
  const reserved = ['lake', 'warehouse', 'contracts', 'models', '.c360'].find((name) =>
    within(files, resolve(root, name)),
  )
  if (reserved !== undefined)
    throw new C360Error('USAGE', `${files} is the project's own folder \`${reserved}\`.`, {
      hint: 'Put the files into the folder `landing`.',
    })
  return within(files, root) ? relative(root, files).split(sep).join('/') : files
}

/** A project's name from its folder's. */
export const projectName = (project: string): string =>
  snakeCase(resolve(project).split(sep).at(-1) ?? '').replaceAll('_', '-') || 'customer360'
