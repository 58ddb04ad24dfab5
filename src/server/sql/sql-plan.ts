interface PlanNode {
  readonly name?: string
  readonly extra_info?: Readonly<Record<string, string | readonly string[]>>
  readonly children?: readonly PlanNode[]
}

/** The engine's plan as indented lines, without the secret that masks are made with. */
export function planText(json: string, secret: string): string {
  const nodes = JSON.parse(json) as readonly PlanNode[]
  return nodes
    .flatMap((node) => linesOf(node, 0))
    .join('\n')
    .replaceAll(secret, '***')
    .replaceAll('published.', '')
}

function linesOf({ name = '', extra_info: info = {}, children = [] }: PlanNode, depth: number): string[] {
  const indent = '  '.repeat(depth)
  const facts = Object.entries(info).map(
    ([key, value]) => `${indent}    ${key}: ${typeof value === 'string' ? value : value.join(', ')}`,
  )
  return [`${indent}${name.trim()}`, ...facts, ...children.flatMap((child) => linesOf(child, depth + 1))]
}
