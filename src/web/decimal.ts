/** Exact decimal text (`39887108.83`) in the reader's locale, with the digits it has. */
export const decimalText = (
  locale: string,
  text: string,
  options: { readonly signed?: boolean } = {},
): string => {
  if (!/^-?\d+(\.\d+)?$/.test(text)) return text
  const digits = text.split('.')[1]?.length ?? 0
  const format = new Intl.NumberFormat(locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    ...(options.signed ? { signDisplay: 'exceptZero' } : {}),
  })
  // Text goes in as text: a number would lose digits beyond the fifteenth.
  return format.format(text as Intl.StringNumericLiteral)
}
