/** As much of an OpenAPI document as the page shows. */
interface Document {
  readonly info: { readonly title: string; readonly version: string }
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components?: { readonly schemas?: Readonly<Record<string, unknown>> }
}

interface Operation {
  readonly summary?: string
  readonly description?: string
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[]
  readonly requestBody?: { readonly content?: Content }
  readonly responses?: Readonly<Record<string, { readonly description?: string; readonly content?: Content }>>
}

type Content = Readonly<Record<string, { readonly schema?: unknown }>>

/** The API on one page: no script, nothing from elsewhere. */
export function docsPage(document: Document): string {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  const schemas = Object.entries(document.components?.schemas ?? {})
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(document.info.title)} API</title>
<link rel="stylesheet" href="/api/docs.css">
</head>
<body>
<main>
<h1>${escaped(document.info.title)} API ${escaped(document.info.version)}</h1>
<p>JSON below <code>/api</code>. Scripts send the token that <code>c360 serve</code> printed: <code>Authorization: Bearer TOKEN</code>. Where several projects are served,
header <code>c360-project</code> chooses one. Every failure is <code>{code, message, hint, requestId}</code> with a fitting status; 429 says when to come back. The same as a document: <a href="/api/openapi.json">openapi.json</a>.</p>
<nav aria-label="Operations"><ul>
${operations.map(({ path, method, operation }) => `<li><a href="#${anchor(method, path)}"><code>${method.toUpperCase()} ${escaped(path)}</code></a> ${escaped(operation.summary ?? '')}</li>`).join('\n')}
</ul></nav>
${operations.map(({ path, method, operation }) => operationHtml(path, method, operation)).join('\n')}
<h2>Schemas</h2>
${schemas.map(([name, schema]) => `<section id="schema-${escaped(name)}"><h3>${escaped(name)}</h3>${json(schema)}</section>`).join('\n')}
</main>
</body>
</html>
`
}

const anchor = (method: string, path: string): string => `${method}${path.replaceAll(/[^a-z]+/gi, '-')}`

function operationHtml(path: string, method: string, operation: Operation): string {
  const { summary = '', description, parameters = [], requestBody, responses = {} } = operation
  const rows = parameters.map(
    (one) =>
      `<li><code>${escaped(one.name)}</code> in ${escaped(one.in)}${one.required ? ', required' : ''}</li>`,
  )
  return `<section id="${anchor(method, path)}">
<h2><code>${method.toUpperCase()} ${escaped(path)}</code></h2>
<p>${escaped(summary)}${description === undefined ? '' : `. ${escaped(description)}`}</p>
${rows.length > 0 ? `<ul>${rows.join('')}</ul>` : ''}
${contentHtml('Request', requestBody?.content)}
${Object.entries(responses)
  .map(([status, response]) => contentHtml(`${status}: ${response.description ?? ''}`, response.content))
  .join('\n')}
</section>`
}

const contentHtml = (title: string, content: Content | undefined): string =>
  content === undefined
    ? ''
    : `<details><summary>${escaped(title)}</summary>${Object.entries(content)
        .map(([type, { schema }]) => `<p>${escaped(type)}</p>${json(schema)}`)
        .join('')}</details>`

/** References become links to the schema they name. */
const json = (value: unknown): string =>
  `<pre>${escaped(JSON.stringify(value, null, 2) ?? '').replaceAll(/#\/components\/schemas\/(\w+)/g, '<a href="#schema-$1">$1</a>')}</pre>`

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

export const docsStyle = `:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
code, pre { font: 13px/1.5 ui-monospace, monospace; }
pre { overflow-x: auto; padding: .75rem; border: 1px solid color-mix(in srgb, currentColor 20%, transparent); border-radius: 7px; }
section { border-top: 1px solid color-mix(in srgb, currentColor 20%, transparent); margin-top: 1.5rem; }
nav ul { padding-left: 1rem; }
`
