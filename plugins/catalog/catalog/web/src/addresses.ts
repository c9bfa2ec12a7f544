// Addresses come from scraped pages and price lists, so each is judged before it is used.

/** An address that may be linked to, or null: `javascript:` and its like are not. */
export function linkAddress(address: string): string | null {
  const url = parse(address);
  return url && (url.protocol === 'https:' || url.protocol === 'http:') ? url.href : null;
}

/** An image that may be shown, or null. Images of other hosts are not fetched: the console sends no
 * request past its own host, so a visitor's address never reaches a brand's site by itself. */
export function imageAddress(address: string): string | null {
  if (/^data:image\//i.test(address)) {
    return address;
  }
  const url = parse(address);
  return url && url.origin === window.location.origin ? url.href : null;
}

export function hostOf(address: string): string {
  return parse(address)?.hostname.replace(/^www\./, '') ?? '';
}

function parse(address: string): URL | null {
  return address !== '' && URL.canParse(address, window.location.origin)
    ? new URL(address, window.location.origin)
    : null;
}
