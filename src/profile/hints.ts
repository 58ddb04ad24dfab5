import type { Look } from './look.ts'

/** What the files tell about the country they come from. */
export interface Hints {
  readonly language?: 'de' | 'fr' | 'es'
  readonly currencies: readonly { readonly code: string; readonly evidence: string }[]
  /** Country prefix of phone numbers, `+49`. */
  readonly prefix?: string
}

const languages: Readonly<Record<'de' | 'fr' | 'es', RegExp>> = {
  de: /kunde|bestell|betrag|datum|menge|artikel|stra(?:ß|ss)e|nachname|vorname|zahlung|filiale|preis|bezeichnung|anzahl|punkte/i,
  fr: /commande|montant|quantit[eé]|prenom|pr[eé]nom|prix|adresse_|ville|magasin|paiement|produit|carte/i,
  es: /cliente|pedido|importe|fecha|cantidad|precio|nombre|tienda|ciudad|correo|producto/i,
}

const symbols: Readonly<Record<string, string>> = {
  '€': 'EUR',
  '£': 'GBP',
  $: 'USD',
  US$: 'USD',
  '¥': 'JPY',
  '₹': 'INR',
  zł: 'PLN',
  kr: 'SEK',
  'kr.': 'SEK',
  'Fr.': 'CHF',
}
const known = /^(?:EUR|USD|GBP|CHF|SEK|NOK|DKK|PLN|CZK|CAD|AUD|JPY|INR|BRL|MXN|NZD|HUF|RON|TRY|ZAR)$/

export function hintsOf({ tables }: Look): Hints {
  const headers = tables.flatMap(({ profile }) => profile.columns.map(({ name }) => name))
  const counts = (['de', 'fr', 'es'] as const).map((language) => ({
    language,
    hits: headers.filter((header) => languages[language].test(header)).length,
  }))
  const [top] = counts.sort((a, b) => b.hits - a.hits)
  const language = top && top.hits >= 2 && top.hits * 4 >= headers.length ? top.language : undefined
  const prefix = tables.flatMap(({ profile }) =>
    profile.columns.flatMap(({ callingCode }) => callingCode ?? []),
  )[0]
  return {
    ...(language ? { language } : {}),
    currencies: currenciesOf({ tables }),
    ...(prefix ? { prefix } : {}),
  }
}

function currenciesOf({ tables }: Pick<Look, 'tables'>): { code: string; evidence: string }[] {
  const found = new Map<string, { count: number; evidence: string }>()
  const add = (code: string, count: number, evidence: string) => {
    const before = found.get(code)
    found.set(code, { count: (before?.count ?? 0) + count, evidence: before?.evidence ?? evidence })
  }
  for (const { profile, match, open } of tables)
    for (const column of profile.columns) {
      for (const { value, count } of column.numbers?.symbols ?? []) {
        const code = symbols[value] ?? value.toUpperCase()
        if (known.test(code)) add(code, count, `amounts in ${open.table.name}.${column.name} carry ${value}`)
      }
      const isCurrency =
        match.best?.fields.some(({ column: name, field }) => name === column.name && field === 'currency') ===
        true
      if (isCurrency)
        for (const { value, count } of column.values)
          if (known.test(value.toUpperCase()))
            add(value.toUpperCase(), count, `${open.table.name}.${column.name} says ${value}`)
      const [, code] =
        /(?:^|[_\s([])(EUR|USD|GBP|CHF|SEK|NOK|DKK|PLN|CAD|AUD)(?:$|[_\s)\]])/i.exec(column.name) ?? []
      if (code !== undefined) add(code.toUpperCase(), 1, `a column is called ${column.name}`)
    }
  return [...found]
    .sort((a, b) => b[1].count - a[1].count)
    .map(([code, { evidence }]) => ({ code, evidence }))
}
