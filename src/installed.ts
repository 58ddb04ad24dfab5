import { C360Error } from './errors.ts'

/** An optional package, or SDK_MISSING that says who needs it and how it comes. */
export async function installed<T>(
  needs: { readonly who: string; readonly name: string; readonly install: string },
  load: () => Promise<T>,
): Promise<T> {
  try {
    return await load()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new C360Error(
      'SDK_MISSING',
      `${needs.who} needs the package ${needs.name}, which is not installed.`,
      {
        hint: `npm install ${needs.install}`,
      },
    )
  }
}
