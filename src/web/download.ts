import { api } from './api.ts'
import type { ExportRequest } from './api-types.ts'
import type { Result } from './http.ts'

/** Asks for an export and saves it under the name the server gives. The value is that name. */
export const download = async (body: ExportRequest): Promise<Result<string>> => {
  const sent = await api.export(body)
  if (!sent.ok) return sent
  const name = fileName(sent.data.headers.get('content-disposition')) ?? `export.${body.format}`
  const url = URL.createObjectURL(await sent.data.blob())
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
  return { ok: true, data: name }
}

const fileName = (disposition: string | null): string | undefined => {
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition ?? '')?.[1]
  return encoded ? decodeURIComponent(encoded) : /filename="?([^";]+)/i.exec(disposition ?? '')?.[1]
}
