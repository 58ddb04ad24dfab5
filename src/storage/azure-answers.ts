import { failureOf } from './azure-errors.ts'

/** ADLS writes folders as empty objects with this mark. */
export const isFolderMark = ({ metadata }: { readonly metadata?: Record<string, string> }): boolean =>
  metadata?.hdi_isfolder?.toLowerCase() === 'true'

/** A 404 of the object, not of its container; answers to HEAD may carry no code. */
export function isNoObject(error: unknown): boolean {
  const { status, code } = failureOf(error)
  return status === 404 && !/^(Container|Filesystem|Resource)NotFound$|^ContainerBeingDeleted$/.test(code)
}

/** Listings write an etag without quotation marks, headers with: we keep it without. */
export const bare = (etag: string): string => etag.replace(/^"|"$/g, '')

export const quoted = (etag: string): string => `"${etag}"`
