/** A price as the reader's locale writes it; the decimal text is never turned into a float. */
export function formatPrice(price: string | null, currency: string): string {
  if (price === null || !/^-?\d+(\.\d+)?$/.test(price)) {
    return 'Price on request';
  }
  const amount = price as Intl.StringNumericLiteral;
  if (!/^[A-Z]{3}$/.test(currency)) {
    return `${new Intl.NumberFormat().format(amount)} ${currency}`.trim();
  }
  return new Intl.NumberFormat(undefined, {
    style: 'currency',
    currency,
    trailingZeroDisplay: 'stripIfInteger',
  }).format(amount);
}

export function formatTime(time: string): string {
  const moment = new Date(time);
  return Number.isNaN(moment.getTime())
    ? time
    : new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }).format(moment);
}

/** `official_manuals` and `power-keyword` read better as words. */
export function asWords(name: string): string {
  const words = name.replace(/[._-]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
