import { C360Error } from '../../errors.ts'

/** Not as OData takes it. `where` names the option: `$filter`. The message repeats names, never values. */
export const invalid = (
  where: string,
  message: string,
  hint = 'See docs/odata.md for what each option takes.',
) => new C360Error('USAGE', `${where}: ${message}`, { hint })

/** OData has it and we have not. */
export const unsupported = (
  where: string,
  message: string,
  hint = 'See docs/odata.md for what is answered.',
) => new C360Error('NOT_SUPPORTED', `${where}: ${message}`, { hint })
